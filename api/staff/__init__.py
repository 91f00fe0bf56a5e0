"""The staff's own pages: logging in, the account, its password and devices."""
