"""Wage claims: wiring."""

from __future__ import annotations

from bot.assembly.capability import Capability, Foundations
from bot.claims.claims import Claims, sealed_claims
from bot.claims.evidence_fetch import EvidenceFetcher
from bot.claims.referrals import Referrals
from bot.handlers.contact_questions import ContactQuestions
from bot.handlers.wage_claim import WageClaimForm
from bot.jobs.wage_offenders import WageOffenders
from bot.policies.legal_references import load_legal_references
from bot.policies.setting_aside import told_in_log
from bot.policies.wage_referrals import load_wage_referrals
from bot.privacy.sealed_files import SealedFiles


def claims_capability(base: Foundations) -> Capability:
    """The form that registers wage claims, and the duty that brings their photos home.

    Raises:
        RuleFileError: the referrals or legal references of the corpus cannot be used.
    """
    privacy, corpus_dir = base.privacy, base.settings.corpus_dir
    claims = Claims(base.documents, sealed_claims(privacy.cipher, privacy.pseudonyms), base.clock)
    fetcher = EvidenceFetcher(claims, base.pictures, SealedFiles(base.files), base.clock)
    referrals = Referrals(
        load_wage_referrals(corpus_dir, load_legal_references(corpus_dir), told_in_log), base.divisions
    )
    contact = ContactQuestions(privacy.consents, privacy.profiles)
    offenders = WageOffenders(base.documents, base.clock, shows_samples=base.settings.mode == "demo")
    form = WageClaimForm(claims, referrals, contact, fetcher, base.places, base.divisions, offenders)
    return Capability(forms=(form,), duties={"photos fetched": fetcher.fetch_waiting}, prepare=claims.prepare)
