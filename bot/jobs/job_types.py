"""How somebody is employed or paid, as postings and workers say it."""

from __future__ import annotations

import re

from bot.domain.job import JobType

_WORDS = {
    JobType.DAY_LABOUR: r"日结|天结|现结|当天结|一天一结|做一天|点工|日工|散工|打散工",
    JobType.HOURLY: r"小时工|钟点工|计时工|时薪|按小时",
    JobType.PART_TIME: r"兼职|副业|周末(?:能|可以|上班)|下班后",
    JobType.TEMPORARY: r"临时|短期|短工|季节工|暑[假期]工|寒假工|零工|帮工|替班|顶班|突击队",
    JobType.FULL_TIME: r"全职|长期|正式工|正式员工|固定工|合同工|长工|稳定",
}
_READ = {job_type: re.compile(words) for job_type, words in _WORDS.items()}


def read_job_type(*texts: str) -> JobType | None:
    """The first text's kind of employment that is told, the most particular one; None where none is."""
    for text in texts:
        found = next((job_type for job_type, words in _READ.items() if words.search(text)), None)
        if found is not None:
            return found
    return None
