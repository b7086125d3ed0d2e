"""Registers what customers are asked after their ticket was solved."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "surveys"
