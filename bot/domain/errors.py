"""What can go wrong, as one tree.

::

    BotError
    ├── SettingsError              the settings cannot be used; says which and what to write instead
    ├── CallbackError              a callback that is not the platform's: answered 403, contents never logged
    ├── MessageParseError          validly signed, but not a message: answered 200 ``success`` and counted
    ├── CorpusError
    │   ├── FileEncodingError      the bytes are not text in any encoding we read
    │   ├── EmptyDocumentError     nothing to read
    │   ├── NoClauseError          text, but no numbered clause
    │   ├── DocumentFactsError     the facts beside a document are missing or contradict themselves
    │   ├── SimilarQuestionsError  a file of 相似问 that cannot be read; says which line or field
    │   └── UtterancesError        a file of what workers say that cannot be read; says which line
    ├── RegionError
    │   └── UnknownRegionError     not a GB/T 2260 code that we know, now or before
    ├── PolicyIndexError
    │   ├── IndexBuildError        an index cannot be built
    │   └── IndexLoadError         no index, or a damaged one
    ├── EncoderError               the embedding model cannot be loaded or trained
    ├── IntentModelError           the model of the intents cannot be loaded or written
    ├── StoreError
    │   ├── DuplicateKeyError      a unique key exists already
    │   └── StoreUnavailableError  the engine is away; try again later
    ├── PlatformError              the WeChat platform refused or did not answer
    ├── OutboxError                a late answer could not be kept
    ├── AccountError
    │   ├── LoginRefusedError      wrong name or password, without saying which
    │   ├── AccountLockedError     too many tries; says how long to wait
    │   ├── PasswordRuleError      a new password is too easy to guess
    │   ├── StaffChangeError       a change to the staff accounts that cannot be made
    │   └── NotAllowedError        the role or the region scope does not cover it
    ├── PrivacyError
    │   ├── KeyFileError           the keys for personal data are missing or cannot be used
    │   ├── DecryptionError        encrypted data that no key opens: changed, misplaced, or the key is gone
    │   ├── ConsentError           personal data without the worker's consent are neither kept nor read
    │   ├── IdentityFieldError     a name, telephone or ID number that cannot be one; the text never repeats it
    │   └── AuditError             the audit log cannot be continued without hiding a gap
    ├── ServiceError
    │   ├── FormReopenedError      an answer became impossible meanwhile: it is asked for again
    │   ├── ImportFileError        a file of jobs, events, courses or places cannot be read; says what to change
    │   ├── RuleFileError          a file of rules or legal references contradicts itself or its source
    │   ├── SlotTakenError         somebody else took the place; says which ones are left
    │   ├── BookingRefusedError    a booking, change or cancellation that cannot be made; says why
    │   └── ClaimRefusedError      a step of a claim that cannot be taken; says why
    ├── JudgmentsError             an evaluation file cannot be read
    ├── MeasurementError           a measurement could not be made
    └── ServingError               the service cannot be started

No error here knows HTTP: `api.error_responses` maps each leaf to a status.
The texts are Chinese because workers' operators and admins read them.
"""

from __future__ import annotations


class BotError(Exception):
    """Any failure that the product foresees."""


class SettingsError(BotError):
    """A setting is missing or cannot be used."""


class CallbackError(BotError):
    """A callback fails a guard or its signature: it is not the platform's.

    Attributes:
        reason: one fixed word for the metrics.
    """

    def __init__(self, message: str, reason: str = "other") -> None:
        super().__init__(message)
        self.reason = reason


class MessageParseError(BotError):
    """A validly signed callback whose content is not a message."""


class CorpusError(BotError):
    """A policy document cannot become clauses."""


class FileEncodingError(CorpusError):
    """The bytes are not text in any encoding that is read."""


class EmptyDocumentError(CorpusError):
    """The document holds no text."""


class NoClauseError(CorpusError):
    """The document holds text, but no numbered clause."""


class DocumentFactsError(CorpusError):
    """The facts beside a document are missing or contradict themselves."""


class SimilarQuestionsError(CorpusError):
    """A file of 相似问 that cannot be read."""


class UtterancesError(CorpusError):
    """A file of what workers say that cannot be read."""


class RegionError(BotError):
    """Something about a place."""


class UnknownRegionError(RegionError):
    """A code that GB/T 2260 never had."""


class PolicyIndexError(BotError):
    """Something about the policy index."""


class IndexBuildError(PolicyIndexError):
    """An index cannot be built."""


class IndexLoadError(PolicyIndexError):
    """There is no index, or it is damaged."""


class EncoderError(BotError):
    """The embedding model cannot be loaded or trained."""


class IntentModelError(BotError):
    """The model of the intents cannot be loaded or written."""


class StoreError(BotError):
    """Something about stored documents."""


class DuplicateKeyError(StoreError):
    """A document with this unique key exists already."""


class StoreUnavailableError(StoreError):
    """The storage engine does not answer."""


class PlatformError(BotError):
    """The WeChat platform refused a call or did not answer.

    Attributes:
        errcode: the platform's error code; None where no answer came (the outcome is then unknown).
    """

    def __init__(self, message: str, errcode: int | None = None) -> None:
        super().__init__(message)
        self.errcode = errcode


class OutboxError(BotError):
    """A late answer could not be kept."""


class AccountError(BotError):
    """Something about staff accounts."""


class LoginRefusedError(AccountError):
    """Wrong user name or password, or a disabled account; it does not say which."""


class AccountLockedError(AccountError):
    """Too many tries.

    Attributes:
        retry_after_s: seconds to wait before another try.
    """

    def __init__(self, message: str, retry_after_s: int = 60) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class PasswordRuleError(AccountError):
    """A new password that is too easy to guess."""


class StaffChangeError(AccountError):
    """A change to the staff accounts that cannot be made: say, the name is taken or the last admin would go."""


class NotAllowedError(AccountError):
    """The account's roles or region scope do not cover what was asked for."""


class PrivacyError(BotError):
    """Something about personal data."""


class KeyFileError(PrivacyError):
    """The keys for personal data are missing or cannot be used."""


class DecryptionError(PrivacyError):
    """Encrypted data that no key opens: changed, in the wrong place, or their key is gone."""


class ConsentError(PrivacyError):
    """Personal data are neither kept nor read without the worker's consent."""


class IdentityFieldError(PrivacyError):
    """A name, telephone or ID number that cannot be one; the text never repeats it."""


class AuditError(PrivacyError):
    """The audit log cannot be continued without hiding a gap."""


class ServiceError(BotError):
    """Something that is done for a worker cannot be done as asked."""


class FormReopenedError(ServiceError):
    """An answer became impossible meanwhile.

    Attributes:
        field: the form's field that is asked for again.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class ImportFileError(ServiceError):
    """A file to import cannot be read at all; the text says what to change."""


class RuleFileError(ServiceError):
    """A file of rules or legal references contradicts itself or its source; names file and rule."""


class SlotTakenError(ServiceError):
    """Somebody else took the place in this slot."""


class BookingRefusedError(ServiceError):
    """A booking, change or cancellation that cannot be made; the text says why."""


class ClaimRefusedError(ServiceError):
    """A step of a claim that cannot be taken; the text says why."""


class JudgmentsError(BotError):
    """An evaluation file cannot be read."""


class MeasurementError(BotError):
    """A measurement could not be made."""


class ServingError(BotError):
    """The service cannot be started."""
