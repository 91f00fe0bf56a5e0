import gzip
import json
from pathlib import Path

from bot.policies.legal_references import load_legal_references

CORPUS = Path(__file__).parents[2] / "corpus"


def test_every_shipped_article_is_the_laws_own_text(data_directory: Path) -> None:
    with gzip.open(data_directory / "laws" / "migrant_core.jsonl.gz", "rt", encoding="utf-8") as public:
        rows = {(row["law"], row["article"]): row for row in map(json.loads, public)}

    for ours in load_legal_references(CORPUS):
        theirs = rows[ours.law, ours.article]
        assert ours.text == theirs["text"].strip(), (ours.law, ours.article)
        assert ours.version_on.isoformat() == theirs["date"]
