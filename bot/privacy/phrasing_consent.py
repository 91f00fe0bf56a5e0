"""What a worker is asked to agree to, in plain Chinese; every version that was ever shown stays here."""

from __future__ import annotations

from bot.privacy.purposes import Purpose

CURRENT_VERSION = "2026-11"
PUSH_VERSION = "2026-11-push-2"
PROFILE_VERSION = "2026-11-profile"
EARLIER_VERSION = "2024-05"
EARLIER_PUSH_VERSION = "2026-11-push"
"""The same in other words: with numbers of their own they could not be told from choices when they are read aloud."""
VERSIONS_IN_USE = frozenset({CURRENT_VERSION, EARLIER_VERSION, PUSH_VERSION, EARLIER_PUSH_VERSION, PROFILE_VERSION})

TEXTS = {
    "2024-05": (
        "要给您办这件事，需要记下您的姓名、电话，有的还要身份证号。\n"
        "1. 只用来给您办事、和您联系，不给无关的人看。\n"
        "2. 加密保存；工作人员每看一次都有记录。\n"
        "3. 您随时可以查看，也可以要求删除；取消关注公众号也会删除。\n"
        "4. 还没办完的预约和欠薪登记，要留到办完才删。\n"
        "5. 聊天的进度30天不用就自动删除。\n"
        "同意请回复“同意”，不同意回复“不同意”。不同意也能照常问政策。"
    ),
    "2026-11": (
        "要给您办这件事，得记下您的姓名和电话，有的事还要身份证号。\n"
        "只用来给您办事、和您联系，不给无关的人看。加密保存，工作人员每看一次都有记录。\n"
        "您随时可以看、可以删，取消关注也会删；还没办完的预约和登记，要等办完才删。聊天的进度30天不用就自动删掉。\n"
        "同意吗？不同意也能照常问政策。"
    ),
    "2026-11-push": (
        "要给您推送招工信息，需要记下您找活的条件和微信号的编号。\n"
        "1. 只用来给您发合条件的新岗位，一天最多一条。\n"
        "2. 微信号的编号加密保存，不给别人看。\n"
        "3. 随时回复“退订”，马上停，条件也一起删掉。\n"
        "同意吗？不同意也能照常找工作。"
    ),
    "2026-11-push-2": (
        "要给您推送招工信息，得记下您找活的条件和微信号的编号。\n"
        "只用来给您发合条件的新岗位，一天最多一条。微信号的编号加密保存，不给别人看。\n"
        "随时回复“退订”，马上停，条件也一起删掉。\n"
        "同意吗？不同意也能照常找工作。"
    ),
    "2026-11-profile": (
        "要让我长期记住您在哪里打工、老家在哪、做什么工种吗？\n"
        "记住了，以后查政策、找活就不用再说一遍。\n"
        "内容加密保存，只用来给您查政策、找活。随时回复“我的资料”看，回复“删除我的信息”就删掉。\n"
        "同意吗？不同意也能照常用。"
    ),
}
"""Consent texts by version."""

PURPOSES = {
    Purpose.SERVICE: "办事和联系（预约、欠薪登记、补贴核对）",
    Purpose.JOB_PUSH: "按您的条件推送招工信息",
    Purpose.PROFILE: "记住打工的地方、老家和工种",
    Purpose.STATISTICS: "去掉姓名后用于统计",
}

NOT_GIVEN = "工友还没有同意“{purpose}”，不能保存或查看这些资料；请先让工友看说明并回复“同意”"
UNKNOWN_VERSION = "没有版本为 {version} 的同意说明；请用现有的版本"

PROFILE = "身份信息"
CONSENTS = "同意记录"
LOOKS = "查看和修改记录"
EXPORT_PAGES = "导出的副本"
EXPORTED_AT = "导出时间"

IDENTITY_LABELS = {"name": "姓名", "phone": "电话", "id_number": "身份证号"}
CONSENT_VERSION = "说明版本"
CONSENT_TEXT = "说明内容"
CONSENT_PURPOSES = "用途"
CONSENT_GIVEN_AT = "同意时间"
CONSENT_WITHDRAWN_AT = "撤回时间"

LOOK_AT = "时间"
LOOK_BY = "谁"
LOOK_ACTION = "做了什么"
LOOK_DETAILS = "说明"

ACTORS = {"worker": "本人", "system": "系统"}
STAFF = "工作人员"
ACTIONS = {
    "consent_given": "同意保存资料",
    "consent_withdrawn": "撤回同意",
    "booking_shown": "查看预约",
    "booking_missed": "记为约了没有来",
    "profile_kept": "保存身份信息",
    "profile_revealed": "查看身份信息",
    "profile_found_by_phone": "按电话找到资料",
    "data_exported": "导出全部资料",
    "erasure_requested": "要求删除资料",
    "erasure_completed": "资料删除完毕",
}
