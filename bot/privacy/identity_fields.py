"""Names, telephone and ID numbers in one form each, so that they can be compared and found."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.domain.errors import IdentityFieldError
from bot.privacy.masking import mask_id_number, mask_name, mask_phone

LONGEST_NAME = 50

_SEPARATORS = re.compile(r"[\s\-()_.]+")
_COUNTRY = re.compile(r"^(?:\+86|0086|86(?=1[3-9]\d{9}$))", re.ASCII)
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"0\d{9,11}", re.ASCII)
_ID_NUMBER = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
_NAME = re.compile(r"[^\W\d_][^\d_<>@/\\]*")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"


@dataclass(frozen=True, slots=True)
class Identity:
    """What identifies a worker; "" for what is not known. Its ``repr`` shows masked values only.

    Attributes:
        name: as on the ID card.
        phone: digits of a mobile number, or of a landline with its area code.
        id_number: 18 characters, ``X`` in upper case.
    """

    name: str = ""
    phone: str = ""
    id_number: str = ""

    def __repr__(self) -> str:
        return f"Identity{tuple(self.masked().values())}"

    def masked(self) -> dict[str, str]:
        """The fields that are known, as pages show them."""
        masks = {"name": mask_name, "phone": mask_phone, "id_number": mask_id_number}
        return {field: mask(getattr(self, field)) for field, mask in masks.items() if getattr(self, field)}

    def in_one_form(self) -> Identity:
        """The same identity with each field in its one form.

        Raises:
            IdentityFieldError: a field cannot be what it is given for.
        """
        return Identity(
            name=normalised_name(self.name) if self.name else "",
            phone=normalised_phone(self.phone) if self.phone else "",
            id_number=normalised_id_number(self.id_number) if self.id_number else "",
        )


def normalised_phone(phone: str) -> str:
    """The digits of a Chinese telephone number, without country code and separators.

    Raises:
        IdentityFieldError: it is neither a mobile number nor a landline with area code. The text does not repeat it.
    """
    digits = _COUNTRY.sub("", _SEPARATORS.sub("", unicodedata.normalize("NFKC", phone)))
    if not _MOBILE.fullmatch(digits) and not _LANDLINE.fullmatch(digits):
        raise IdentityFieldError("电话号码不对；请写11位手机号，或者带区号的座机号")
    return digits


def normalised_id_number(id_number: str) -> str:
    """An 18-character citizen's ID number (GB 11643-1999) with its check character verified.

    Raises:
        IdentityFieldError: it is not one. The text does not repeat it.
    """
    characters = _SEPARATORS.sub("", unicodedata.normalize("NFKC", id_number)).upper()
    if not _ID_NUMBER.fullmatch(characters) or check_character(characters[:17]) != characters[17]:
        raise IdentityFieldError("身份证号不对；请对照身份证再写一遍18位号码")
    return characters


def normalised_name(name: str) -> str:
    """A person's name without spaces around it; ethnic names keep their dot (``买买提·艾力``).

    Raises:
        IdentityFieldError: it holds digits or signs, or is too long.
    """
    plain = " ".join(unicodedata.normalize("NFC", name).split())
    if len(plain) > LONGEST_NAME or not plain.isprintable() or not _NAME.fullmatch(plain):
        raise IdentityFieldError("姓名不对；请写身份证上的姓名，不要带数字和符号")
    return plain


def check_character(first_17: str) -> str:
    """The last character of an ID number: ISO 7064 MOD 11-2 over the first 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True))
    return _CHECK_CHARACTERS[total % 11]
