"""YAML that people keep beside the documents, read with errors that say what to do."""

from __future__ import annotations

from pathlib import Path

import yaml

from bot.domain.errors import BotError


def read_yaml(path: Path, loader: type[yaml.SafeLoader | yaml.BaseLoader], error_kind: type[BotError]) -> object:
    """The content of a YAML file.

    Args:
        path: the file, UTF-8.
        loader: makes plain values only, like `yaml.SafeLoader`, or text only, like `yaml.BaseLoader`.
        error_kind: what to raise; the message names the file and, where it is known, the line.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - neither makes objects
    except OSError as error:
        raise error_kind(f"打不开 {path}（{error.strerror}）：请检查文件是否存在、是否有读取权限。") from error
    except UnicodeDecodeError as error:
        raise error_kind(f"{path} 不是 UTF-8 编码：请另存为 UTF-8。") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 1} 行" if mark is not None else "某处"
        raise error_kind(f"{path} {where}不符合 YAML 格式：请检查缩进、冒号后的空格和引号。") from error
