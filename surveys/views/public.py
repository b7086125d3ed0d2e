"""The page behind a link in a survey mail: no sign-in, no cookie, and looking at it records nothing (I01).

The token is the only thing asked for, so there is no session whose cookie a foreign page could ride on, and no need
for a form token; a mail program may post the unsubscription without any cookie (RFC 8058).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from agents.middleware import known_language
from customers.matching import follow
from helpdesk.lib.errors import HelpdeskError, NotVisible
from helpdesk.lib.http import with_refusals
from surveys.answering import record_answer, stop_by_link, takes_answers
from surveys.forms import AnswerForm
from surveys.models import Survey, SurveyOptOut
from surveys.tokens import find
from surveys.wording import points, words_for

View = Callable[..., HttpResponseBase]


def in_private(view: View) -> View:
    """Refusals as pages; the address, which holds the token, is told to nobody and kept by nobody (F12)."""
    answered = with_refusals(view)

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = answered(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@in_private
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Asks, and takes the answer that is posted; afterwards says thank you and offers to change it for a day."""
    survey = find(token)
    if request.method != "POST":
        return _page(request, token, survey, survey.score)
    with translation.override(known_language(survey.language)):
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return _page(request, token, survey, _chosen(form), form)
        try:
            record_answer(token, form.cleaned_data["score"], form.cleaned_data["comment"])
        except HelpdeskError as error:
            if error.code != "survey_over":
                raise
            survey.refresh_from_db()
            return _page(request, token, survey, survey.score)
    answer = redirect("surveys:page", token)
    answer.status_code = 303
    return answer


@require_safe
@in_private
def score(request: HttpRequest, token: str, score: int) -> HttpResponse:
    """The same page with this score chosen. Mail scanners follow every link, so it is only chosen, not recorded."""
    if score not in range(1, 6):
        raise NotVisible("not_found", _("There is no such score."))
    return _page(request, token, find(token), score)


@require_http_methods(["GET", "HEAD", "POST"])
@in_private
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether nobody is to ask again; only the POST does it."""
    survey = find(token)
    if request.method == "POST":
        stop_by_link(token)
    stopped = SurveyOptOut.objects.of(follow(survey.customer).pk).exists()
    context = {"token": token, "stopped": stopped}
    with translation.override(known_language(survey.language)):
        return render(request, "surveys/stop.html", context)


def _page(
    request: HttpRequest, token: str, survey: Survey, chosen: int | None, form: AnswerForm | None = None
) -> HttpResponse:
    open_to_answers = takes_answers(survey)
    with translation.override(known_language(survey.language)):
        context = {
            "token": token,
            "words": words_for(survey),
            "points": points(survey.style),
            "chosen": chosen,
            "form": form or AnswerForm(initial={"comment": survey.comment}),
            "survey": survey,
            "thanked": survey.score is not None and form is None and chosen == survey.score,
        }
        template = "surveys/answer.html" if open_to_answers else "surveys/over.html"
        status = (422 if form else 200) if open_to_answers else 200 if survey.score is not None else 410
        return render(request, template, context, status=status)


def _chosen(form: AnswerForm) -> int | None:
    value = form.data.get("score", "")
    return int(value) if value in {"1", "2", "3", "4", "5"} else None
