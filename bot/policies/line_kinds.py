"""What a line outside the clauses is: web page, title, salutation, signature, list of names, attachment."""

from __future__ import annotations

import re

from bot.policies.layout import DEPARTMENT_LABEL, SENTENCE_END

TITLE_MAX_LENGTH = 90
NAME_LINE_MAX_LENGTH = 60

_BREADCRUMB = re.compile(r"^(?:您?的?当前的?|您的?(?:所在)?|所在)位置\s*[：:是]|^首页\s*[>＞»›/→]")
_META = re.compile(
    r"^(?:信息来源|来\s*源|发布(?:时间|日期|机构|单位|人)|时\s*间|日\s*期|栏\s*目|作\s*者|责任编辑|编辑|"
    r"浏览(?:次数|量)?|阅读(?:次数|量)?|点击(?:数|量|率)?|访问量|字\s*[号体]|分\s*享|打\s*印|收\s*藏|索\s*引\s*号|"
    r"(?:主题|信息|公文|体裁)分类|公开(?:方式|范围|形式|目录)|发[文布]机[关构]|发文字号|成文日期|生成日期|"
    r"有\s*效\s*性|效力状态|文\s*号|名\s*称|语音播报|视力保护色)\s*[：:】]"
)
_META_WORDS = re.compile(
    r"^[\s|｜【】\[\]（）()>/·：:]*(?:(?:分享|打印|收藏|关闭|朗读|大|中|小|字体|字号|首页|返回|繁體|繁体|无障碍|登录|注册|搜索)"
    r"(?:到微信|到微博|本页|窗口)?[\s|｜【】\[\]（）()>/·：:]*)+$"
)
_FOOTER = re.compile(
    r"^(?:回到|返回)(?:顶部|首页|列表)|^扫(?:描|一扫)|^网站声明|^网站地图|^[Cc]opyright|^©|^版权所有|ICP备|公网安备|"
    r"网站标识码|收集整理.{0,6}权利|^上一[篇条]|^下一[篇条]|^相关(?:阅读|链接|文章|新闻|解读|文档|附件)|"
    r"^(?:打印|关闭)(?:本页|窗口|页面)|^【?(?:打印|关闭)】|^分享到|^责任编辑|^友情链接|^联系我们|^技术支持|^免责声明|"
    r"^我要(?:评论|留言|纠错)|^原文链接|^阅读原文"
)
_PAGE_NUMBER = re.compile(
    r"^[-—–－·\s]*[0-9０-９]{1,3}[-—–－·\s]*$|^第\s*\d+\s*页(?:[，,\s/]*共\s*\d+\s*页)?$|^\d{1,3}\s*/\s*\d{1,3}$"
)
_DATE = re.compile(
    r"^(?:[12]\d{3}\s*[年.\-/]\s*\d{1,2}\s*[月.\-/]\s*\d{1,2}\s*日?|[一二][〇○零Ｏ一二三四五六七八九]{3}年[一二三四五六七八九十]{1,2}月"
    r"[一二三四五六七八九十]{1,3}日)(?:印发|发布)?$"
)
_BARE_DATE = re.compile(r"^(?:19|20)\d{5,6}$")
_ORGANISATION = re.compile(
    r"^[\u4e00-\u9fff×Ｘ（）()\s]{2,39}(?:局|厅|委|委员会|政府|办公室|办|小组|总工会|工会|法院|检察院|部|公司|中心|协会|联合会|妇联|院|署|"
    r"处|分行|支行|银行|联盟|联席会议|指挥部|分局)$"
)
_TITLE_NOUN = (
    "意见|通知|方案|办法|要点|措施|规定|条例|细则|决定|公告|通告|计划|规划|规则|制度|指引|指南|决议|批复|函|纲要|章程|标准|"
    "解读|公报|报告|政策|清单|[一二三四五六七八九十]条|举措|实施办法|须知|问答|情况|预案|通报|意见书|倡议书|协议|合同"
)
_TITLE = re.compile(
    rf"^(?!附)[^。；;！？!?]{{2,{TITLE_MAX_LENGTH}}}(?:{_TITLE_NOUN})(?:\s*[（(〔【][^（）()]{{1,24}}[)）〕】])*$"
)
_TITLE_NOTE = re.compile(
    r"^[（(〔【](?:征求意见稿|公开征求意见稿|意见征求稿|试行|暂行|送审稿|草案|修订|修订稿|修订版|讨论稿|[^（）()]{0,60}(?:通过|公布|修订|修正|施行))"
    r"[)）〕】]$"
)
_NUMBER = re.compile(
    r"^[（(〔【]?[\u4e00-\u9fff×Ｘ]{1,14}(?:发|函|字|办|规|令|政|通|文|告)*\s*[〔（(\[［【]?\s*[12]\d{3}\s*[〕）)\]］】]?\s*(?:第)?\d{1,5}号[)）〕】]?$"
)
_LETTERHEAD = re.compile(r"^[\u4e00-\u9fff\s]{4,40}文件$")
_SALUTATION_START = re.compile(
    r"^(?:各|广大|有关|相关|全[省市区县体]|尊敬|[\u4e00-\u9fff（）()]{2,24}(?:政府|委员会|局|厅|办公室|公司|单位|部门|委|处|中心)[，,、：:（(])"
)
_NOT_SALUTATION = re.compile(r"现将|如下|根据|为了|为进一步|通知|要求[：:]|[。；]")
_ATTACHMENT = re.compile(
    r"^附\s*(?:件|表|图|录)?\s*(?:[0-9０-９]{1,2}|[一二三四五六七八九十]{1,2})?\s*(?:[：:.．、]|$|(?<=\d)\s|(?<=\d)(?=[\u4e00-\u9fff]))"
)
_NAME_LIST_TITLE = re.compile(r"^(?!.*关于)[^。；;]{2,50}(?:名单|名册|组成人员|通讯录)(?:[（(][^（）()]{1,12}[)）])?$")
_NAME_LIST_ENTRY = re.compile(
    r"^(?:组\s*长|副\s*组\s*长|常务副组长|成\s*员|召\s*集\s*人|副召集人|主\s*任|副\s*主\s*任)\s*[：:]"
)
_IMPRINT = re.compile(
    r"^[（(]?此?件?(?:主动|依申请|不予)?公开(?:发布|属性|方式)?[：:]?|^抄\s*[送报][：:]|^主\s*[送题]词?[：:]|^[（(]?(?:联\s*系\s*人|联系电话|联系方式)[：:]|印发$"
)
_CLOSING = re.compile(
    r"^(?:各(?!级)[\u4e00-\u9fff（）()、，,]{1,30}?(?:要|应|可)|本(?:办法|意见|方案|通知|措施|规定|细则|制度|计划|政策|文件|指南)自?|此前|以上|"
    r"请各|特此|上述|以往|原有|之前)"
)


def is_breadcrumb(text: str) -> bool:
    """``当前位置:首页 > …``; what stands above it is the page's own header."""
    return bool(_BREADCRUMB.search(text))


def is_page_meta(text: str) -> bool:
    """Source, time, font size and share buttons around a title."""
    return len(text) <= NAME_LINE_MAX_LENGTH and bool(_META.search(text) or _META_WORDS.search(text))


def is_footer(text: str) -> bool:
    """A line from which on a web page is no longer the document."""
    return len(text) <= 2 * NAME_LINE_MAX_LENGTH and bool(_FOOTER.search(text))


def is_page_number(text: str) -> bool:
    """``— 3 —``, ``第 3 页``."""
    return bool(_PAGE_NUMBER.match(text))


def is_date(text: str) -> bool:
    """A line that is nothing but a date."""
    return bool(_DATE.match(text))


def is_bare_date(text: str) -> bool:
    """A date whose separators are lost, ``2017317``; believe it only below an organisation's name."""
    return bool(_BARE_DATE.match(text))


def is_organisation(text: str) -> bool:
    """A line that is nothing but the name of an authority."""
    return bool(_ORGANISATION.match(text)) and not DEPARTMENT_LABEL.match(text)


def is_title(text: str) -> bool:
    """A line that reads like the title of a document."""
    return bool(_TITLE.match(text)) and not DEPARTMENT_LABEL.match(text)


def is_title_note(text: str) -> bool:
    """``（征求意见稿）``, ``（2020年…通过）``."""
    return bool(_TITLE_NOTE.match(text))


def is_document_number(text: str) -> bool:
    """A line that is nothing but a 文号, with or without its brackets."""
    return bool(_NUMBER.match(text))


def is_contents_title(text: str) -> bool:
    """``目　录``."""
    return bool(re.fullmatch(r"目\s*[录次]", text))


def is_letterhead(text: str) -> bool:
    """``××市人民政府文件``."""
    return bool(_LETTERHEAD.match(text))


def is_salutation(text: str) -> bool:
    """``各镇人民政府,…:``, ``广大市民:``."""
    return text[-1:] in ("：", ":") and bool(_SALUTATION_START.match(text)) and not _NOT_SALUTATION.search(text)


def is_attachment(text: str) -> bool:
    """``附件:``, ``附件1``, ``附件：…pdf``."""
    return len(text) <= 2 * TITLE_MAX_LENGTH and not text.endswith("。") and bool(_ATTACHMENT.match(text))


def opens_name_list(text: str) -> bool:
    """``…组成人员名单`` or its first entry, ``组 长:…``."""
    return bool(_NAME_LIST_TITLE.match(text) or _NAME_LIST_ENTRY.match(text))


def is_name_line(text: str) -> bool:
    """A line that may stand in a list of names."""
    return len(text) <= NAME_LINE_MAX_LENGTH and "。" not in text


def is_imprint(text: str) -> bool:
    """``抄送：…``, ``（此件公开发布）``, ``…2019年12月16日印发``."""
    return bool(_IMPRINT.search(text)) and len(text) <= 2 * TITLE_MAX_LENGTH


def is_closing(text: str) -> bool:
    """A paragraph that speaks of the whole document."""
    return bool(_CLOSING.match(text)) and text[-1:] in tuple(SENTENCE_END)


def is_sentence(text: str) -> bool:
    """Whether the line ends as a sentence does, or is long enough to be one."""
    return text[-1:] in tuple("。！？；!?;") or (len(text) > NAME_LINE_MAX_LENGTH and bool(re.search(r"[，,。]", text)))
