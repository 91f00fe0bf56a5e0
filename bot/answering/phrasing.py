"""What an answer says around the quoted sentences: short, plain Chinese, no Markdown.

The body carries no figure of ours: years of targets, document numbers, dates and hotlines stand on their own lines.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from bot.answering.asked_facts import FactKind
from bot.domain.policy import Clause, PolicyDocument, PolicyStatus
from bot.domain.region import Region, RegionLevel

ASK_REGION = "您在哪个省、哪个市县打工？告诉我（比如“我在三明永安”），我按当地的文件给您查。"
NEAREST_INTRO = "收录的文件里没有专门写您这种情况，最接近的是这一条，不一定全对得上："
NOT_ONLY_YOURS = "各地规定不一样，下面写明了是哪个地方的，不一定适用您那里："
SOURCE_LABEL = "出处："
ASK_WHOM_LABEL = "归谁管："
NEXT_LABEL = "下一步："
LABOUR_HOTLINE = "12333（人社热线）"
LEGAL_HOTLINE = "12348（法律援助热线）"
HOTLINES = (
    f"想问准，打{LABOUR_HOTLINE}；要打官司、要工钱没钱请律师，打{LEGAL_HOTLINE}；也可以到当地人社局窗口问工作人员。"
)
NOT_IN_DOCUMENTS = (
    "这个问题，收录的政策文件里没有说，我不乱答。我能查的是打工人的政策：工资、工伤、社保、看病、培训、找活、创业、"
    "落户、孩子上学、租房、法律援助。换个说法再问一句也行，比如“工钱被拖欠了找谁”。"
)
SHOWN_DEPARTMENTS = 3
_LEVEL_LETTERS = {
    RegionLevel.NATION: "",
    RegionLevel.PROVINCE: "省市区",
    RegionLevel.CITY: "市州盟",
    RegionLevel.COUNTY: "区县市旗",
}
_LABOUR_OFFICES = ("人社", "人力资源", "农民工", "劳动")
_LABOUR_WORDS = ("工资", "就业", "创业", "培训", "劳动", "社会保险", "权益", "技能", "欠薪")
_PROVINCIAL_OFFICE = re.compile(r"省(.{2,12})(?:厅|局|委员会|委)")
_FACT_NAMES = {
    FactKind.AMOUNT: "多少钱",
    FactKind.PRICE: "要多少钱",
    FactKind.MULTIPLE: "几倍",
    FactKind.PERCENTAGE: "百分之几",
    FactKind.DURATION: "多长时间",
    FactKind.FREQUENCY: "多久一次",
    FactKind.TIMES: "几次",
    FactKind.PEOPLE: "多少人",
    FactKind.COUNT: "多少个",
    FactKind.PIECES: "具体数量",
    FactKind.FIGURE: "具体数字",
    FactKind.ADDRESS: "具体地址",
    FactKind.PHONE: "电话号码",
    FactKind.WEBSITE: "网址或邮箱",
    FactKind.OPENING_HOURS: "开门时间",
    FactKind.DATE: "哪天",
    FactKind.WHEN: "什么时候",
    FactKind.YEAR: "哪一年",
    FactKind.MATERIALS: "要带的材料",
    FactKind.PROCEDURE: "具体怎么办",
    FactKind.PERSON: "是谁",
}


def place_heading(name: str, without_own: str = "") -> str:
    """The place of a statement, and which smaller place falls back to it for want of documents of its own."""
    return f"【{name}的规定，{without_own}没有收录自己的文件】" if without_own else f"【{name}】"


def home_heading(name: str) -> str:
    """The place of a statement that counts because the worker comes from there."""
    return f"【您老家那边：{name}】"


def other_places(names: Iterable[str]) -> str:
    """Which other places have a rule too; "" for none."""
    told = "、".join(names)
    return f"另外{told}的文件也有这方面的规定。" if told else ""


def only_usual(asked: str, usual: str) -> str:
    """What comes before an answer for the worker's own place where the named one has no documents."""
    return f"{asked}的政策文件还没有收录，查不了。下面是您所在的{usual}的规定："


def says_nothing(place: str) -> str:
    """A place that was asked about whose documents do not say it."""
    return f"【{place}】收录的文件里没有写这个，别的地方的规定不能当成这里的。"


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


def ask_whom_line(departments: Sequence[str], region: Region, shown: int = SHOWN_DEPARTMENTS) -> str:
    """The responsible departments, the first ones by name; "" where the clause names none."""
    if not departments:
        return ""
    named = "、".join(local_name(department, region) for department in departments[:shown])
    return f"{ASK_WHOM_LABEL}{named}{'等' if len(departments) > shown else ''}"


def next_step_line(clause: Clause, region: Region) -> str:
    """Whom to ask next; papers and counters are never invented. "" where the clause itself is an address."""
    if not clause.is_numbered:
        return ""
    asked = [f"找{office}" for office in [_office_to_ask(clause, region)] if office]
    asked += [f"打{hotline}" for hotline in [_hotline_of(clause)] if hotline]
    if not asked:
        asked = ["到当地政府服务窗口"]
    return f"{NEXT_LABEL}{'，或'.join(asked)}，问清条件怎么算、在哪办；要带的材料以窗口要求为准。"


def _office_to_ask(clause: Clause, region: Region) -> str:
    if not clause.departments:
        return ""
    return office_to_ask(clause.departments[0], region)


def office_to_ask(department: str, region: Region) -> str:
    """A department as the one to go to; a province's is asked through the one of the same field nearby."""
    field = _PROVINCIAL_OFFICE.fullmatch(department) if region.level is RegionLevel.PROVINCE else None
    return f"当地{field[1]}部门" if field else local_name(department, region)


def _hotline_of(clause: Clause) -> str:
    """The hotline for a clause's field; "" where neither is for it."""
    lead = clause.departments[0] if clause.departments else ""
    if "司法" in lead or "法律援助" in clause.title:
        return LEGAL_HOTLINE
    if any(word in lead for word in _LABOUR_OFFICES) or any(word in clause.title for word in _LABOUR_WORDS):
        return LABOUR_HOTLINE
    return ""


def nearest_intro(missing: Collection[FactKind]) -> str:
    """How a clause is introduced that is near, but does not answer: what it lacks is named."""
    if not missing:
        return NEAREST_INTRO
    lacking = "、".join(_FACT_NAMES[kind] for kind in FactKind if kind in missing)
    return f"您问的{lacking}，文件里没有写明，我不乱猜。最接近的条款是："


def none_text(place: str | None, *, has_documents: bool) -> str:
    """The honest none."""
    if place is not None and not has_documents:
        return f"{place}的政策文件还没有收录进来，别的地方的规定不能当成您这里的，所以这个我答不了。\n{HOTLINES}"
    return f"{NOT_IN_DOCUMENTS}\n{HOTLINES}"
