"""A chat page that stands in for WeChat."""
