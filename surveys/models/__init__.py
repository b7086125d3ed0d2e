"""What customers are asked after their ticket was solved, how it is asked, and what they answered."""

from surveys.models.mail import SurveyMail, SurveyToken
from surveys.models.settings import SurveyOptOut, SurveySettings, SurveyText
from surveys.models.survey import (
    CHANGEABLE_FOR,
    GOOD,
    LOW,
    Reason,
    State,
    Survey,
    SurveyAnswer,
    SurveyReplier,
    SurveyStep,
)

__all__ = [
    "CHANGEABLE_FOR",
    "GOOD",
    "LOW",
    "Reason",
    "State",
    "Survey",
    "SurveyAnswer",
    "SurveyMail",
    "SurveyOptOut",
    "SurveyReplier",
    "SurveySettings",
    "SurveyStep",
    "SurveyText",
    "SurveyToken",
]
