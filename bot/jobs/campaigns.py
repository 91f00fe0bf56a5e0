"""Campaigns that fairs and courses belong to, by their names."""

from __future__ import annotations

CAMPAIGNS = (
    "春风行动",
    "春暖农民工",
    "南粤春暖",
    "民营企业招聘周",
    "民营企业招聘月",
    "金秋招聘月",
    "就业援助月",
    "百日千万",
    "春潮行动",
    "马兰花",
    "粤菜师傅",
    "广东技工",
    "南粤家政",
    "职引未来",
    "10+N",
)
"""As the policy documents and the ministries' yearly notices call them."""


def campaign_in(*texts: str) -> str:
    """The first campaign that a text names, "" for none."""
    return next((campaign for text in texts for campaign in CAMPAIGNS if campaign in text), "")
