"""Gongyou 工友: policy answers and services for migrant workers, over a WeChat official account."""
