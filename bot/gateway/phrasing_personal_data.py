"""How the gateway's data about a worker are called when the worker reads them."""

from __future__ import annotations

LATE_ANSWERS = "还没送到的答复和通知"
REPLIES = "最近几小时的答复"
QUOTA = "消息次数"

QUESTION = "问题"
ANSWER = "答复"
NOTICE = "通知"
EXPORTED = "（您要的导出，内容就是这里的各项）"
ASKED_AT = "时间"

COUNTS = {"message": "您上次发消息后", "interaction": "您上次点菜单或关注后"}
COUNT = "{moment}起主动给您发了{used}条"
