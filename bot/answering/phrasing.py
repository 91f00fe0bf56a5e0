"""What an answer says around the quoted sentences: short, plain Chinese, no Markdown.

The body carries no figure of ours: years of targets, document numbers, dates and hotlines stand on their own lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.policy import Clause, PolicyDocument, PolicyStatus
from bot.domain.region import Region, RegionLevel

ASK_REGION = "您在哪个省、哪个市县打工？告诉我（比如“我在三明永安”），我按当地的文件给您查。"
NEAREST_INTRO = "您问的这一点，文件里没有写明，我不乱猜。最接近的条款是："
NOT_ONLY_YOURS = "各地规定不一样，下面写明了是哪个地方的，不一定适用您那里："
SOURCE_LABEL = "出处："
ASK_WHOM_LABEL = "归谁管："
NEXT_LABEL = "下一步："
LABOUR_HOTLINE = "12333（人社热线）"
LEGAL_HOTLINE = "12348（法律援助热线）"
HOTLINES = (
    f"想问准，打{LABOUR_HOTLINE}；要打官司、要工钱没钱请律师，打{LEGAL_HOTLINE}；也可以到当地人社局窗口问工作人员。"
)
SHOWN_DEPARTMENTS = 3
_LEVEL_LETTERS = {
    RegionLevel.NATION: "",
    RegionLevel.PROVINCE: "省市区",
    RegionLevel.CITY: "市州盟",
    RegionLevel.COUNTY: "区县市旗",
}
_LEGAL_WORDS = ("法律援助", "仲裁", "诉讼", "维权", "欠薪", "拖欠", "工资支付")


def status_mark(document: PolicyDocument, as_of: date) -> str:
    """What a reader must know before reading on; "" where the document is simply in force."""
    if document.status is PolicyStatus.DRAFT_FOR_COMMENT:
        return "【征求意见稿，还没有正式施行，只能参考】"
    if document.status is PolicyStatus.REPEALED:
        return "【这份文件已经废止，只能参考】"
    if document.effective_to is not None and document.effective_to < as_of:
        return "【这份文件已过有效期，只能参考】"
    if document.effective_from is not None and document.effective_from > as_of:
        return "【这份文件还没有开始施行】"
    if document.targets_to is not None and document.targets_to < as_of.year:
        return "【文件定的目标年份已过，现在是否照旧，请先问清】"
    return ""


def source_line(document: PolicyDocument, clause: Clause) -> str:
    """Document, number, clause and date; what the source lacks is left out."""
    facts = [document.document_number] if document.document_number else []
    if document.issued_on is not None:
        facts.append(f"{document.issued_on.year}年{document.issued_on.month}月{document.issued_on.day}日")
    if document.status is PolicyStatus.DRAFT_FOR_COMMENT and "征求意见稿" not in document.title:
        facts.append("征求意见稿")
    if document.targets_to is not None:
        facts.append(f"目标年份到{document.targets_to}年")
    about = f"（{'，'.join(facts)}）" if facts else ""
    title = (
        document.title
        if document.title.startswith("《")
        else f"《{document.title.replace('《', '〈').replace('》', '〉')}》"
    )
    return f"{SOURCE_LABEL}{title}{about}{clause_place(clause)}"


def clause_place(clause: Clause) -> str:
    """Where in the document a clause stands, e.g. ``一、4. 加大创业扶持``."""
    number = "".join(clause.path)
    return " ".join(part for part in (number, clause.title.rstrip("。：: ")) if part)


def local_name(department: str, region: Region) -> str:
    """A department with its place: 市人社局 of 三明市 is 三明市人社局.

    Only the leading letter of the region's own level is replaced; names that carry a place already stay.
    """
    letters = _LEVEL_LETTERS[region.level]
    if (
        department[:1]
        and department[0] in letters
        and department[0] == region.name[-1]
        and not department.startswith(region.name)
    ):
        return region.name + department[1:]
    return department


def ask_whom_line(departments: Sequence[str], region: Region) -> str:
    """The responsible departments, the first ones by name; "" where the clause names none."""
    if not departments:
        return ""
    named = "、".join(local_name(department, region) for department in departments[:SHOWN_DEPARTMENTS])
    rest = "等" if len(departments) > SHOWN_DEPARTMENTS else ""
    return f"{ASK_WHOM_LABEL}{named}{rest}"


def next_step_line(clause: Clause, region: Region) -> str:
    """Whom to ask next; papers and counters are never invented."""
    hotline = LEGAL_HOTLINE if any(word in clause.text for word in _LEGAL_WORDS) else LABOUR_HOTLINE
    lead = local_name(clause.departments[0], region) if clause.departments else ""
    whom = f"找{lead}，或打{hotline}" if lead else f"打{hotline}"
    return f"{NEXT_LABEL}{whom}问清条件怎么算、在哪办；要带的材料以窗口要求为准。"


def none_text(place: str | None, *, has_documents: bool) -> str:
    """The honest none."""
    if place is not None and not has_documents:
        return f"{place}的政策文件还没有收录进来，别的地方的规定不能当成您这里的，所以这个我答不了。\n{HOTLINES}"
    return f"这个问题，收录的政策文件里没有说，我不乱答。\n{HOTLINES}"
