"""The audit log in the words of those who read it."""

from __future__ import annotations

from bot.privacy.phrasing_consent import ACTIONS as ABOUT_WORKERS

ACTORS = {"worker": "工友本人", "system": "系统", "command_line": "命令行", "unknown": "无此账号"}

ACTIONS = {
    "offices_imported": "导入法律援助窗口",
    "holiday_entered": "登记放假或调休",
    "holiday_removed": "删掉一天放假或调休",
    "claim_shown": "查看欠薪登记",
    "claim_advanced": "推进欠薪登记",
    "handoff_shown": "查看转人工的话",
    "handoff_taken": "接待转人工",
    "handoff_replied": "回复转人工",
    "handoff_closed": "结束转人工",
    "jobs_imported": "导入岗位",
    "events_imported": "导入招聘会",
    "courses_imported": "导入培训班",
    "offenders_imported": "导入拖欠工资名单",
    "sign_ups_shown": "查看培训报名名单",
    **ABOUT_WORKERS,
    "staff_logged_in": "登录",
    "staff_logged_out": "退出登录",
    "staff_login_refused": "登录被拒",
    "staff_sessions_closed": "退出其他设备",
    "staff_password_changed": "修改自己的密码",
    "staff_password_refused": "修改密码被拒",
    "staff_admin_added": "新建第一位管理员",
    "staff_added": "新建账号",
    "staff_password_reset": "重设密码",
    "staff_disabled": "停用账号",
    "staff_enabled": "启用账号",
    "key_added": "新增隐私密钥",
    "keys_rotated": "轮换隐私密钥",
    "index_built": "重建索引",
    "outbox_retried": "再推送没送到的答复",
    "outbox_dismissed": "不再处理没送到的答复",
}
