"""Wage claims: intake, states, referral."""
