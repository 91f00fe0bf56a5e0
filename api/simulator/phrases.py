"""The words of the chat page: examples, kinds of message, names of stations and outcomes."""

from __future__ import annotations

from dataclasses import dataclass

EXAMPLES = (
    "考电工证补多少钱",
    "老板欠我三个月工资",
    "找个电焊的活，一个月六千以上",
    "回老家开店能领多少补贴",
    "想找个律师问问",
    "失业登记怎么办",
    "附近哪里有法律援助",
)


@dataclass(frozen=True, slots=True)
class KindOffer:
    """A kind of message in the menu “更多”."""

    name: str
    label: str
    hint: str


KINDS = (
    KindOffer("image", "图片", "发一张示例图片"),
    KindOffer("voice", "语音", "发一段没有转成文字的语音"),
    KindOffer("location", "位置", "发三明市三元区的一个位置"),
    KindOffer("subscribe", "关注", "重新关注公众号"),
    KindOffer("unsubscribe", "取消关注", "公众号会删掉这位工人的数据"),
    KindOffer("repeat", "连发两次", "平台把上一句话原样再推送一次，只应答一次"),
)

LOCATION_LABEL = "福建省三明市三元区列东街"

SAID_BY_KIND = {
    "image": "［图片］",
    "voice": "［语音］",
    "location": f"［位置］{LOCATION_LABEL}",
    "subscribe": "［关注了公众号］",
    "unsubscribe": "［取消关注了公众号］",
}

CLICKED = "［点了菜单“{name}”］"

STATES = {
    "waiting": "正在等回应",
    "replied": "当场回复",
    "acknowledged": "先应下，答案随后推送",
    "pushed": "先应下，答案已推送",
    "silent": "不需要回复",
    "fault": "没有收到回应",
}

OUTCOMES = {"answered": "已答", "nearest": "只找到相近条款", "none": "文件没有说"}

NATION = "全国"
SEARCHED_EVERYWHERE = "还不知道工人在哪里，所以各地的文件都查了"

CHANNELS = {
    "bm25": "BM25 ",
    "lexicon": "文件用语",
    "embedding": "向量",
    "question_words": "相似问的词",
    "question_embedding": "相似问的向量",
}

REPEAT_NOTICE = "平台把这句话原样推送了两次，收到回应 {replies} 次；工人只看到一条回复。"
NOTHING_TO_REPEAT = "还没有发过消息，先说一句话再试“连发两次”。"

TOPICS = {
    "policy_question": "当作政策问题",
    "follow_up": "接着上一个问题",
    "worker_region": "当作在说地方",
    "small_talk": "当作问候或菜单",
    "personal_data": "当作问自己的资料",
    "alarm": "当作求救",
    "form": "当作对上一问的回答",
    "job_search": "当作找活",
    "subscribe_jobs": "当作订招工信息",
    "subsidy_eligibility": "当作问自己能不能领补贴",
    "legal_aid_booking": "当作约法律援助",
    "wage_claim": "当作登记欠薪",
    "service_point": "当作问去哪里办",
    "my_bookings": "当作问自己的预约",
    "human_operator": "当作要找人",
}

HOPS = {
    "callback.open": "验签、解密",
    "callback.seal": "加密、签名",
    "gateway.claim": "认领消息（防重复）",
    "dialogue": "这一轮对话",
    "handler": "按意思分头处理",
    "understand": "听懂想办什么",
    "answer": "找依据、写回答",
    "retrieve": "检索条款",
    "expansion": "口语换成文件用语",
    "bm25": "按关键词找（BM25）",
    "embedding": "按意思找（向量）",
    "fusion": "几路结果合并",
    "evidence": "挑出作答的句子、核对数字",
    "settle": "按时回应",
}
"""Names of stations in plain words; a station without an entry is shown by its own name."""
