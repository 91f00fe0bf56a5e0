"""Whether an office has said that somebody meets the conditions.

Documents often give a scheme to 符合条件的 and leave it to an office who that is. Then only the office's word counts:
人社局说我符合, 街道已经认定了, 审核过了. What the worker, a neighbour or the internet thinks does not, and what is
still being looked at is no answer yet.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_REST = "[^，,。.；;]"
_SENTENCE = "[^。；;？?]"


def _any(words: str) -> str:
    """One of the words of a text, which may be regular expressions."""
    return f"(?:{'|'.join(words.split())})"


_OFFICE = _any(
    """
    人社 人力资源 就业(?:局|中心|办|服务|所) 劳动(?:局|所|保障|就业) 银行 信用社 农商行 信贷员 街道
    社区 居委 村委 村[里上] 大队 乡[里上] 镇[上里] 政府 住建 房管 住房 民政 工会 残联 卫健 卫生 教育局 学校 老师 税务
    医保 社保 司法 法援 法律援助 法院 商务局 窗口 办事处 大厅 (?:服务|便民|保障)中心 12333 12345 工作人员 办事员
    [局所科厅办](?:里|的人|那边|上|说) [县区市省][里上] 上面 上头 公家 部门 官方 疾控 医院 评审 单位上
    """
)
_OFFICES = re.compile(_OFFICE)
_NOT_AN_OFFICE = re.compile(
    _any(
        """
        邻居 工友 老乡 同乡 同事 老板 亲戚 朋友 网上 抖音 快手 群里 听说 听人 别人 人家 有人 他们 媳妇 老婆 老公 爱人
        房东 家里人 父母 爸 妈 哥 姐 弟 中介 师傅 工头 表[哥弟姐妹] 我(?:自己)?(?:觉得|感觉|认为|想|看|估计|以为)
        """
    )
    + f"{_REST}{{0,8}}$"
)
_NOT_AN_OFFICE_REACH = 16
_SPOKEN = re.compile(_any("说 讲 告诉 回复 答复 通知"))
_NO_SPEAKER = re.compile(
    rf"{_any('就 都 也 已经 还 刚刚? 昨天 今天 上周 电话里 又 那边 人家 他们 后来 才 然后 结果 还是 最后')}*"
)
_STOP = re.compile("[，,。.；;！!？?]")
_MEETS = _any(
    """
    符合 合条件 够条件 够格 够资格 有资格 合资格 达标 合格 条件(?:够|都够|也够|满足|具备) 满足条件 具备条件
    (?:可以|能|能够)(?:申请|申领|领|办|享受|安排|报|补|贷) 没问题 算(?:我)?(?:一个|是|数)
    """
)
_DOES_NOT_MEET = _any(
    """
    不(?:太)?(?:符合|合条件|够条件|够格|够资格|合格|达标|满足|具备|给(?:办|批|领|我)|能(?:领|办|申请|享受|批|给)|可以|行|算|同意)
    没(?:有)?资格 条件不(?:够|符|合|行|满足|达标) 达不到 差点条件 (?:没|没有|未)(?:能)?(?:审|批|通)?(?:核)?(?:通过|过关)
    (?<!还)(?:没|没有|未)(?:能)?批下来
    没(?:审|批)?过(?!来) 不(?:予)?(?:通过|批准|认定|认可|认) 拒(?:了|绝) 驳回 退(?:回|了) 刷(?:下来|掉) 被拒
    """
)
_SAYING = _any(
    """
    说 讲 告诉 回(?:复|话|我) 答复 通知 认定 认 确认 核(?:实|定|准)? 审(?:核|查|批|定)? 批 评(?:定|估)? 查(?:过|了)
    看(?:过|了) 同意 定(?:了|过) 公示 登记
    """
)
_UNDECIDED = re.compile(
    _any(
        rf"""
        (?:还|尚|暂时)?(?:没|没有|未|尚未)(?:去|来得及|正式)?(?:审(?!核?(?:通)?过)|批(?!准|下来)|认定|确认|核实|回(?:复|话|音|我)?|答复|问|出结果|公示|通知|给(?:我)?(?:答复|信|准信))(?:呢|我|过|完|下来)?
        (?:还|尚|暂时)(?:没|没有|未)批下来
        等(?:着|待)?{_REST}{{0,6}}(?:审|批|结果|消息|通知|答复|认定|回复|公示)
        (?:正|还)?在(?:审|核|走流程|排队|等){_REST}{{0,4}}
        (?:材料|资料|表|申请){_REST}{{0,6}}(?:交|递|报|提交)(?:上去)?(?:了|过)
        不(?:知道|清楚|晓得|确定){_REST}*
        没(?:人|谁){_REST}{{0,6}}(?:说|确认|认定)(?:过)?
        (?:会不会|能不能|可不可以|是不是|符不符合|够不够|算不算|行不行|有没有){_REST}*
        (?:去|想|要|让我|叫我|先)(?:去)?(?:问|找|申请|咨询){_REST}*
        """
    )
)
_SAID_YES = re.compile(
    _any(
        rf"""
        {_OFFICE}{_SENTENCE}{{0,18}}?{_SAYING}{_SENTENCE}{{0,10}}?{_MEETS}
        {_OFFICE}{_SENTENCE}{{0,12}}?(?:认定|确认|核定|批准|审(?:核|批|查)?(?:通过|过))(?:了|过|好|下来|完|我|的)?
        (?:说|讲|告诉|回复|答复|通知)(?:了|过)?(?:我|俺|咱|我们|我家|我这(?:种|个)?(?:情况)?)?(?:是|就|也|都|家)?{_MEETS}
        (?:已经?|都|也)?(?:被|给)?认定(?:了|过|好|成|为|上|下来|通过|我|我家|的){_REST}{{0,8}}
        认定(?:书|结果|材料)?{_REST}{{0,3}}(?:下来了|拿到|有了|办好|批了)
        (?:资格|材料|条件|申请)?(?:审(?:核|查|批)?|初审|复核|评审|核查|公示)(?:也|都|已经?)?(?:审|批|核)?(?:过了|通过了?|合格了?|批了|下来了)
        (?:资格|审核|审批|申请)[^，。；;没未不]{{0,4}}(?:过了|通过|批(?:了|下来))
        (?:已经?|都)?(?:批准|批下来|批)(?:了|啦)
        确认(?:过|好|了|我)(?:符合|够|的)?{_REST}{{0,6}}
        核(?:实|定|准)?(?:过|了|好)
        """
    )
)
_REFUSED = re.compile(
    _any(
        rf"""
        (?:{_OFFICE}|说|讲|告诉|回复|答复|通知|审(?:核|查|批)?|资格|申请|认定|材料|条件){_SENTENCE}{{0,14}}?{_DOES_NOT_MEET}
        (?:审核|申请|资格|材料)?(?:被)(?:拒|退|刷|驳){_REST}{{0,3}}
        """
    )
)


class _Said(NamedTuple):
    end: int
    start: int
    is_met: bool


def read_confirmation(text: str) -> bool | None:
    """Whether an office confirmed that the conditions are met.

    Args:
        text: made ready by `bot.subsidies.case_text.said_of_oneself`.

    Returns:
        True where an office did, False where one refused, None where none has decided.
    """
    refused = [_Said(match.end(), match.start(), is_met=False) for match in _REFUSED.finditer(text)]
    agreed = [_Said(match.end(), match.start(), is_met=True) for match in _SAID_YES.finditer(text)]
    agreed = [said for said in agreed if not any(_overlap(said, other) for other in refused)]
    undecided = [_Said(match.end(), match.start(), is_met=False) for match in _UNDECIDED.finditer(text)]
    decided = [
        said
        for said in (*refused, *agreed)
        if _is_an_office(text, said) and not any(_overlap(said, other) for other in undecided)
    ]
    return max(decided).is_met if decided else None


def _is_an_office(text: str, said: _Said) -> bool:
    """Whether an office speaks: 银行审过了，说我符合 does not name it again; whoever else is named (房东说) is none."""
    if _NOT_AN_OFFICE.search(text, max(0, said.start - _NOT_AN_OFFICE_REACH), said.start):
        return False
    if not _SPOKEN.match(text, said.start):
        return True
    begin = max((match.end() for match in _STOP.finditer(text, 0, said.start)), default=0)
    speaker = text[begin : said.start]
    return bool(_NO_SPEAKER.fullmatch(speaker) or _OFFICES.search(speaker))


def _overlap(one: _Said, other: _Said) -> bool:
    return one.start < other.end and other.start < one.end
