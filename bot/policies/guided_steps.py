"""What workers do themselves at a counter: ``guided_steps/*.yaml`` in the corpus folder.

Every step quotes the law or the document that it stands on; a quote that does not stand there is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.domain.errors import RuleFileError
from bot.domain.form import Choice, Question
from bot.domain.guided_steps import Guide, GuideQuestion, Step, When
from bot.domain.legal_reference import LegalReferences
from bot.policies.setting_aside import OnProblem, usable
from bot.policies.source_quotes import quoting
from bot.policies.yaml_files import read_yaml

GUIDED_STEPS_FOLDER = "guided_steps"


def load_guides(
    corpus_dir: Path, references: LegalReferences, on_problem: OnProblem | None = None
) -> tuple[Guide, ...]:
    """The guides of a corpus folder.

    Args:
        corpus_dir: holds the files and the policy documents that they quote.
        references: holds the articles that they quote.
        on_problem: told of what a document does not say any more, which is set aside.

    Raises:
        RuleFileError: a file cannot be used, or quotes what does not stand in its source.
        CorpusError: a quoted document cannot be read.
    """
    paths = sorted((corpus_dir / GUIDED_STEPS_FOLDER).glob("*.yaml"))
    return tuple(usable(paths, lambda path: _guide(path, corpus_dir, references, on_problem), on_problem))


def _guide(path: Path, corpus_dir: Path, references: LegalReferences, on_problem: OnProblem | None) -> Guide:
    content = read_yaml(path, yaml.SafeLoader, RuleFileError)
    if not isinstance(content, dict):
        raise RuleFileError(f"{path}：应当是“字段: 值”的列表；请照别的文件写")

    def step(entry: Mapping[str, Any]) -> Step:
        return _step(entry, corpus_dir, references)

    try:
        return Guide(
            name=content["name"],
            title=content["title"],
            called=tuple(content["called"]),
            questions=tuple(map(_question, content["questions"])),
            steps=tuple(map(step, content["steps"])),
            notes=tuple(map(step, content["notes"])),
            local=tuple(usable(content["local"], step, on_problem)),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise RuleFileError(f"{path}：缺字段或写法不对（{error}）；请照别的文件写") from error


def _question(entry: Mapping[str, Any]) -> GuideQuestion:
    choices = tuple(Choice(value, label) for value, label in entry["choices"].items())
    return GuideQuestion(Question(entry["field"], entry["text"], choices), _when(entry))


def _step(entry: Mapping[str, Any], corpus_dir: Path, references: LegalReferences) -> Step:
    quote = quoting(entry, corpus_dir, references)(entry["quote"])
    return Step(entry.get("text", ""), quote, _when(entry))


def _when(entry: Mapping[str, Any]) -> When:
    return {name: frozenset(values) for name, values in entry.get("when", {}).items()}
