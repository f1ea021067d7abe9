"""Notes, checkpoints and proof files keep to the letter of C2SP."""

import json

import pytest

from exchange.transparency import notes
from exchange.transparency.notes import NoteError, Proof, Signer, TreeHead, Verifier
from tests.exchange.transparency.test_tree import conformance

EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
ORIGIN = "log.test.example/2026"
SIGNER = Signer.parse(ORIGIN, notes.encode_base64(bytes(range(32))))


def test_example_of_the_specification_verifies():
    verifier = Verifier.parse(EXAMPLE_KEY)

    assert notes.open_note(EXAMPLE_NOTE, [verifier]) == "This is an example message.\n"
    assert verifier.vkey == EXAMPLE_KEY


def test_example_checkpoint_of_the_specification_is_read():
    note = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— example.com/behind-the-sofa "
        "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    )

    head = TreeHead.parse(notes.split(note)[0])

    assert (head.origin, head.size) == ("example.com/behind-the-sofa", 20852163)
    assert head.text == note.partition("\n\n")[0] + "\n"


def test_signature_of_an_unknown_key_is_read_over_but_alone_refused():
    stranger = Signer.generate("other.example")
    both = SIGNER.sign("text\n") + stranger.sign("text\n").rpartition("\n\n")[2]

    assert notes.open_note(both, [SIGNER.verifier]) == "text\n"
    with pytest.raises(NoteError, match="unknown_key"):
        notes.open_note(both, [Signer.generate("third.example").verifier])


def test_same_name_and_id_with_wrong_signature_refuses_the_note():
    note = SIGNER.sign("text\n").replace("text", "other")

    with pytest.raises(NoteError, match="bad_signature"):
        notes.open_note(note, [SIGNER.verifier])


def test_text_may_hold_empty_lines():
    assert notes.open_note(SIGNER.sign("one\n\ntwo\n"), [SIGNER.verifier]) == "one\n\ntwo\n"


@pytest.mark.parametrize(
    ("note", "code"),
    [
        ("", "not_a_note"),
        ("text\n", "not_a_note"),
        ("text\n\n", "not_a_note"),
        ("text\n\n- name AAAAAAAA\n", "not_a_note"),
        ("text\n\n— name\n", "not_a_note"),
        ("text\n\n— na+me AAAAAAAA\n", "bad_key_name"),
        ("text\n\n— name AAAA\n", "bad_signature"),
        ("text\n\n— name !!!!\n", "bad_signature"),
        ("te\txt\n\n— name AAAAAAAA\n", "control_character"),
        ("x" * 70_000, "too_long"),
    ],
)
def test_malformed_notes_say_what_is_wrong(note, code):
    with pytest.raises(NoteError, match=code):
        notes.split(note)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "name",
        "name+530d903a",
        EXAMPLE_KEY.replace("530d903a", "530d903b"),
        EXAMPLE_KEY.replace("example.com/foo", "example.com/bar"),
        EXAMPLE_KEY[:-4],
        "name+00000000+AAAA",
    ],
)
def test_malformed_keys_are_refused(vkey):
    with pytest.raises(NoteError):
        Verifier.parse(vkey)


def test_checkpoint_of_another_origin_is_refused():
    note = SIGNER.sign(TreeHead("log.other.example/2026", 1, bytes(32)).text)

    with pytest.raises(NoteError, match="foreign_origin"):
        notes.open_checkpoint(note, SIGNER.verifier)


@pytest.mark.parametrize(
    "text",
    [
        "origin\n1\n",
        f"origin\n01\n{notes.encode_base64(bytes(32))}\n",
        f"origin\n-1\n{notes.encode_base64(bytes(32))}\n",
        f"origin\n1\n{notes.encode_base64(bytes(31))}\n",
        f"origin\n1\n{notes.encode_base64(bytes(32))}\n\nextension\n",
        f"\n1\n{notes.encode_base64(bytes(32))}\n",
    ],
)
def test_malformed_checkpoints_are_refused(text):
    with pytest.raises(NoteError, match="not_a_checkpoint"):
        TreeHead.parse(text)


def test_key_survives_its_file_form():
    signer = Signer.generate(ORIGIN)

    assert Signer.parse(ORIGIN, signer.secret).verifier == signer.verifier
    assert Verifier.parse(signer.verifier.vkey) == signer.verifier


def test_proof_file_survives_reading():
    checkpoint = SIGNER.sign(TreeHead(ORIGIN, 3, bytes(32)).text)
    proof = Proof(2, (bytes(32), bytes([1]) * 32), checkpoint, b'{"v":1}')

    assert Proof.parse(proof.text) == proof
    assert Proof.parse(Proof(0, (), checkpoint).text) == Proof(0, (), checkpoint)
    assert proof.text.startswith("c2sp.org/tlog-proof@v1\nextra eyJ2IjoxfQ==\nindex 2\nAAAA")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("something else", "not_a_proof"),
        ("c2sp.org/tlog-proof@v1\nindex 1\n", "truncated"),
        ("c2sp.org/tlog-proof@v1\n\nnote", "not_a_proof"),
        ("c2sp.org/tlog-proof@v1\nindex 01\n\nnote", "not_a_proof"),
        ("c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\nnote", "not_a_proof"),
        ("c2sp.org/tlog-proof@v1\nindex 1\n????\n\nnote", "bad_base64"),
    ],
)
def test_malformed_proof_files_say_what_is_wrong(text, code):
    with pytest.raises(NoteError, match=code):
        Proof.parse(text)


def ed25519_cases():
    path = conformance("c2sp") / "ed25519vectors.json"
    return json.loads(path.read_text()) if path.is_file() else []


@pytest.mark.skipif(not ed25519_cases(), reason="the C2SP vectors are not beside this repository")
def test_ed25519_vectors_of_weak_points_are_answered_yes_or_no():
    """Libraries may differ on keys of small order; the sound vector must hold and none may crash."""
    answers = {}
    for case in ed25519_cases():
        verifier = Verifier("vector", bytes.fromhex(case["key"]))
        answers[case["number"]] = verifier.verifies(case["msg"].encode(), bytes.fromhex(case["sig"]))
        if not case["flags"]:
            assert answers[case["number"]]
    assert set(answers.values()) == {True, False}
