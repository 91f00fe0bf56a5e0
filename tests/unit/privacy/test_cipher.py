import base64
import secrets
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import DecryptionError
from bot.privacy.cipher import FieldCipher, FieldContext
from bot.privacy.key_ring import KEY_BYTES, KeyRing

PHONE = FieldContext("profiles", "phone", "worker-1")
CIPHER = FieldCipher(KeyRing.of({"k1": secrets.token_bytes(KEY_BYTES)}))


@given(st.text())
def test_what_was_encrypted_is_decrypted(value: str) -> None:
    assert CIPHER.decrypt(CIPHER.encrypt(value, PHONE), PHONE) == value


def test_the_same_value_never_has_the_same_token_twice() -> None:
    assert len({CIPHER.encrypt("13812341234", PHONE) for _ in range(200)}) == 200


def test_a_token_shows_nothing_of_its_value() -> None:
    token = CIPHER.encrypt("13812341234", PHONE)
    assert "13812341234" not in token
    assert b"13812341234" not in base64.urlsafe_b64decode(token.split(".")[2] + "==")


@pytest.mark.parametrize(
    "elsewhere",
    [PHONE._replace(collection="bookings"), PHONE._replace(field="name"), PHONE._replace(owner_id="worker-2")],
)
def test_a_token_in_another_place_is_refused(elsewhere: FieldContext) -> None:
    with pytest.raises(DecryptionError, match="不是这条记录的"):
        CIPHER.decrypt(CIPHER.encrypt("王建国", PHONE), elsewhere)


def test_contexts_that_read_alike_when_joined_are_told_apart() -> None:
    token = CIPHER.encrypt("王建国", FieldContext("a", "b,c", "d"))
    with pytest.raises(DecryptionError):
        CIPHER.decrypt(token, FieldContext("a,b", "c", "d"))


def test_every_changed_character_is_noticed() -> None:
    token = CIPHER.encrypt("王建国", PHONE)
    for place, character in enumerate(token):
        changed = token[:place] + ("A" if character != "A" else "B") + token[place + 1 :]
        with pytest.raises(DecryptionError):
            CIPHER.decrypt(changed, PHONE)


@pytest.mark.parametrize("value", ["a", "ab", "abc"])
def test_a_token_cannot_be_written_in_another_way(value: str) -> None:
    """The last character of base64 has spare bits, which a lenient reader ignores."""
    token = CIPHER.encrypt(value, PHONE)
    for character in set(string.ascii_letters + string.digits + "-_=") - {token[-1]}:
        with pytest.raises(DecryptionError):
            CIPHER.decrypt(token[:-1] + character, PHONE)


@pytest.mark.parametrize("token", ["", "gy1", "gy1.k1.", "gy1.k1.AAAA", "gy2.k1.AAAA", "gy1.k1.====", "王建国"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(DecryptionError):
        CIPHER.decrypt(token, PHONE)


def test_a_cut_token_is_refused() -> None:
    token = CIPHER.encrypt("王建国", PHONE)
    for length in range(len(token)):
        with pytest.raises(DecryptionError):
            CIPHER.decrypt(token[:length], PHONE)


def test_the_first_key_encrypts_and_every_key_decrypts(old_key: bytes, new_key: bytes) -> None:
    before = FieldCipher(KeyRing.of({"old": old_key})).encrypt("王建国", PHONE)
    both = FieldCipher(KeyRing.of({"new": new_key, "old": old_key}))
    after = both.encrypt("王建国", PHONE)
    assert both.decrypt(before, PHONE) == both.decrypt(after, PHONE) == "王建国"
    assert (both.is_current(before), both.is_current(after)) == (False, True)


def test_a_missing_key_is_named(old_key: bytes, new_key: bytes) -> None:
    token = FieldCipher(KeyRing.of({"old": old_key})).encrypt("王建国", PHONE)
    with pytest.raises(DecryptionError, match="编号为 old 的密钥"):
        FieldCipher(KeyRing.of({"new": new_key})).decrypt(token, PHONE)


def test_a_key_relabelled_as_another_does_not_decrypt(old_key: bytes) -> None:
    token = FieldCipher(KeyRing.of({"old": old_key})).encrypt("王建国", PHONE)
    with pytest.raises(DecryptionError):
        FieldCipher(KeyRing.of({"new": old_key})).decrypt(token.replace(".old.", ".new."), PHONE)


def test_equal_values_have_equal_indexes_and_purposes_and_keys_separate_them(old_key: bytes, new_key: bytes) -> None:
    ring = KeyRing.of({"new": new_key, "old": old_key})
    cipher = FieldCipher(ring)
    index = cipher.blind_index("13812341234", "phone")
    assert index == FieldCipher(ring).blind_index("13812341234", "phone")
    assert index != cipher.blind_index("13812341235", "phone")
    assert index != cipher.blind_index("13812341234", "id_number")
    assert cipher.blind_indexes("13812341234", "phone")[0] == index
    assert cipher.blind_indexes("13812341234", "phone")[1] == FieldCipher(KeyRing.of({"old": old_key})).blind_index(
        "13812341234", "phone"
    )
    assert "1381234" not in index
