"""Postings that want money or papers from the worker: 押金, 培训费, 扣身份证; 不收押金 is none of them."""

from __future__ import annotations

import re
import unicodedata

_MONEY = (
    r"(?:押金|(?<!工资)保证金|风险金|抵押金|担保金|定金|订金|诚意金|会员费|会费|中介费|介绍费|报名费|培训费|服装费|工装费|工服费"
    r"|制服费|建档费|档案费|资料费|办证费|办卡费|入职费|入场费|进厂费|手续费|信息费|体检费|代办费)"
)
_PAPERS = r"(?:扣押?|押|收走|上交|收押|代管)(?:居民)?(?:身份证|证件|毕业证|驾驶证)"
_PAID_FIRST = r"(?:先|入职时?|进厂|报名时?|上岗前?)(?:需要?|要|须|得|预|自)?(?:交纳?|缴纳?|付|支付|垫)\d+(?:元|块)"
_ASKED = re.compile(f"{_MONEY}|{_PAPERS}|{_PAID_FIRST}")
_CLAUSE_END = re.compile(r"[，,。；;！!？?\n]|(?<=[^\d])\.(?=\D)")
_FILLER = (
    r"(?:任何|一切|各种|各类|各项|额外|其他|其它|的|费用|收|取|交|缴|纳|付|人|员工?|工人|求职者|等|[、/和或及与\s]"
    rf"|{_MONEY})*"
)
_DENIED_BEFORE = re.compile(
    r"(?:不会?$|不会?另?[收交缴付扣押要用需]要?|无需|无须|不得|不准|不许|没有|(?<!有)没|无|免除?|免收|零|(?<!\d)0"
    r"|拒绝|谢绝|杜绝|严禁|禁止|绝不|概不|从不)"
    rf"{_FILLER}$"
)
_DENIED_AFTER = re.compile(
    rf"^(?:[、/和或及与等]|{_MONEY})*[:：\s]*"
    r"(?:[(（]?(?:全部?|都|均|一律|一概|统统)?(?:无|没有|免|不收|不交|不用交?|不需要|全免|零元?|0元?(?!\d))"
    r"|(?:全部?|都|均|一律)?由?(?:公司|厂里|厂方|单位|企业|我司|雇主|东家|老板|用人单位)?(?:全额)?(?:承担|报销|负责|出(?!示)|包)|补贴|补助)"
)


def deposit_in(*texts: str) -> str:
    """What a posting wants to have from the worker, in its words; "" where it wants nothing.

    Money that it says it does not take (不收押金、服装费；培训费由公司承担) is not wanted.
    """
    for text in texts:
        for clause in _CLAUSE_END.split(unicodedata.normalize("NFKC", text)):
            found = next((match for match in _ASKED.finditer(clause) if not _is_denied(clause, match)), None)
            if found is not None:
                return found[0]
    return ""


def _is_denied(clause: str, found: re.Match[str]) -> bool:
    before, after = clause[: found.start()], clause[found.end() :]
    return _DENIED_BEFORE.search(before) is not None or _DENIED_AFTER.match(after) is not None
