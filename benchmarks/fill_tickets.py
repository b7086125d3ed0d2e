"""Tickets with their conversations and their past, as the doors would have left them: three messages each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from benchmarks.fill import PRODUCTS, RARE_AGENT, RARE_TEAM, TAGS, WEIGHTS
from tickets.models import Change, Event, Follower, Message, Participant, Ticket, TicketTag

if TYPE_CHECKING:
    from benchmarks.fill import Filler

SUBJECTS = (
    "Kettle leaks after a week",
    "Wrong item in my order",
    "Invoice has the old address",
    "Cannot sign in since Monday",
    "Where is my parcel",
    "Refund has not arrived",
    "App closes when I open a list",
    "How do I export my data",
)
SENTENCES = (
    "The part arrived yesterday and it does not fit the model that I bought from you in spring.",
    "I tried the steps from the manual twice, and the light on the front still blinks red.",
    "My colleague has the same trouble on another floor, so it can hardly be our wiring.",
    "Could you tell me how long a replacement takes, and whether I have to send this one back first?",
    "The invoice shows two items although only one came with the parcel.",
    "We need this before the end of the month because the shop opens again on the first.",
    "I have attached nothing here, but I can send pictures of the label if that helps.",
    "Thank you for looking into it; we have been content with everything else so far.",
)


def fill(filler: Filler) -> None:
    """Draw everything that chance decides once, then tell it table by table."""
    _plan(filler)
    _changes(filler)
    _tickets(filler)
    _messages(filler)
    _events(filler)
    _company(filler)


def _plan(filler: Filler) -> None:
    """One row per ticket: who, whose, in which state, and when each of its changes happened (t1 … t5).

    About 3 % are still open, most of them young. Team 12 has a handful of tickets, all from the first year.
    """
    bounds = [sum(WEIGHTS[:n]) for n in range(1, len(WEIGHTS) + 1)]
    filler.run(
        """
        CREATE TEMP TABLE fill_plan ON COMMIT DROP AS
        WITH drawn AS (
            SELECT i, random() AS r_open, random() AS r_kind, random() AS r_team, random() AS r_agent,
                   random() AS r_end, random() AS r_gap1, random() AS r_gap2, random() AS r_gap3,
                   random() AS r_priority, random() AS r_tag, random() AS r_join, random() AS r_snooze,
                   1 + floor(%(customers)s * random() ^ 1.3)::bigint AS customer,
                   1 + floor(random() * %(subjects)s)::int AS subject, 1 + floor(random() * 8)::int AS words,
                   %(until)s - interval '10 minutes' - interval '730 days' * ((%(n)s - i)::float / %(n)s) AS t1,
                   730.0 * ((%(n)s - i)::float / %(n)s) AS age,
                   i <= %(n)s / 2 AND i %% greatest(%(n)s / 40, 1) = 1 AS rare
            FROM generate_series(1, %(n)s) AS i),
        placed AS (
            SELECT *, CASE WHEN rare THEN %(rare_team)s
                           WHEN age > 90 AND r_team < 0.001 THEN NULL
                           ELSE 1 + width_bucket(100 * r_team, %(bounds)s::float[]) END AS team_id,
                   r_open < CASE WHEN age < 14 THEN 0.6 WHEN age < 60 THEN 0.15 ELSE 0.009 END AND NOT rare AS is_open
            FROM drawn),
        timed AS (
            SELECT *, t1 + least(interval '2 days' * r_gap1 ^ 3, (%(until)s - t1) * 0.3) AS t2 FROM placed),
        timed2 AS (
            SELECT *, t2 + least(interval '4 days' * r_gap2 ^ 3, (%(until)s - t2) * 0.4) AS t3 FROM timed),
        timed3 AS (
            SELECT *, CASE WHEN NOT is_open THEN t3 + least(interval '3 days' * r_gap3 ^ 3, (%(until)s - t3) * 0.5) END
                   AS t4 FROM timed2),
        judged AS (
            SELECT *, CASE WHEN is_open THEN (ARRAY['new','open','open','open','pending','pending','on_hold'])
                                             [1 + floor(r_kind * 7)::int]
                           WHEN t4 + %(close_after)s < %(until)s THEN 'closed' ELSE 'solved' END AS status
            FROM timed3)
        SELECT j.*, c.name AS customer_name, c.email AS customer_email, c.org,
               CASE WHEN status = 'closed' THEN t4 + %(close_after)s END AS t5,
               CASE WHEN status = 'new' THEN NULL
                    WHEN rare THEN %(rare_agent)s
                    ELSE m.agents[1 + floor(r_agent * cardinality(m.agents))::int] END AS agent_id,
               CASE WHEN r_end < 0.8 OR team_id IS NULL THEN 'email' WHEN r_end < 0.95 THEN 'web' ELSE 'phone' END
                   AS channel,
               1 + width_bucket(r_priority, ARRAY[0.1, 0.8, 0.95]) AS priority
        FROM judged j JOIN fill_customer c ON c.id = j.customer
        LEFT JOIN (SELECT team_id AS member_of, array_agg(agent_id ORDER BY agent_id) AS agents
                   FROM agents_membership GROUP BY team_id) m ON member_of = coalesce(j.team_id, 1);
        CREATE INDEX ON fill_plan (i); ANALYZE fill_plan
        """,
        customers=filler.customers,
        subjects=len(SUBJECTS),
        bounds=bounds[:-1],
        rare_team=RARE_TEAM,
        rare_agent=RARE_AGENT,
        close_after=f"{settings.AUTO_CLOSE_DAYS or 7} days",
    )


def _changes(filler: Filler) -> None:
    """Numbered in the order of time, as a database that has lived: a ticket's rows lie far apart."""
    filler.run(
        """
        CREATE TEMP TABLE fill_change ON COMMIT DROP AS
        SELECT row_number() OVER (ORDER BY at, i, k) AS id, i, k, at,
               CASE WHEN k = 1 THEN 'customer' WHEN k = 5 THEN 'system'
                    WHEN k = 4 OR (k = 2 AND status <> 'new') THEN 'agent'
                    WHEN k = 3 AND (status IN ('pending', 'on_hold') OR (t4 IS NOT NULL AND r_kind < 0.4)) THEN 'agent'
                    ELSE 'customer' END AS who,
               k = 3 AND t4 IS NOT NULL AND r_kind < 0.1 AS note
        FROM fill_plan, LATERAL (VALUES (1, t1), (2, t2), (3, t3), (4, t4), (5, t5)) AS step(k, at)
        WHERE at IS NOT NULL;
        ANALYZE fill_change
        """
    )
    filler.insert(
        Change,
        "FROM fill_change c JOIN fill_plan p USING (i) LEFT JOIN agents_agent a ON a.id = p.agent_id ORDER BY c.id",
        id="c.id",
        ticket_id="i",
        actor_kind="who",
        actor_id="CASE who WHEN 'customer' THEN customer WHEN 'agent' THEN p.agent_id END",
        actor_name="CASE who WHEN 'customer' THEN customer_name WHEN 'agent' THEN a.name ELSE 'auto-close' END",
        via="CASE WHEN k = 5 THEN 'schedule' WHEN who = 'customer' AND channel = 'email' THEN 'email' ELSE 'web' END",
        version="k",
        created_at="at",
        place="c.id",
    )


def _tickets(filler: Filler) -> None:
    filler.insert(
        Ticket,
        "FROM fill_plan",
        id="i",
        subject="(%(subjects)s::text[])[subject] || ' (' || i || ')'".replace("%(subjects)s", _array(SUBJECTS)),
        status="status",
        priority="priority",
        type="(ARRAY['question','incident','incident','problem','task'])[1 + (i % 5)]".replace("%", "%%"),
        channel="channel",
        language="'en'",
        custom="CASE WHEN r_tag > 0.7 THEN jsonb_build_object('product', "
        f"({_array(PRODUCTS)})[1 + (i % 4)]) ELSE '{{}}'::jsonb END".replace("%", "%%"),
        created_at="t1",
        activity_at="coalesce(t5, t4, t3)",
        waiting_since="CASE status WHEN 'new' THEN t1 WHEN 'open' THEN t3 END",
        solved_at="t4",
        closed_at="t5",
        snoozed_until="CASE WHEN is_open AND r_snooze < 0.05 THEN %(until)s + interval '5 days' * (0.1 + r_snooze) END",
        excerpt=f"rtrim(left({_words(3)}, 199)) || '…'",
        version="CASE WHEN t5 IS NOT NULL THEN 5 WHEN t4 IS NOT NULL THEN 4 ELSE 3 END",
        assignee_id="agent_id",
        organization_id="org",
        requester_id="customer",
        team_id="team_id",
    )


def _messages(filler: Filler) -> None:
    filler.run(
        """
        CREATE TEMP TABLE fill_message ON COMMIT DROP AS
        SELECT row_number() OVER (ORDER BY id) AS id, id AS change, i, k, at, who, note FROM fill_change WHERE k < 4;
        CREATE INDEX ON fill_message (change); ANALYZE fill_message
        """
    )
    filler.insert(
        Message,
        f"FROM fill_message m JOIN fill_plan p USING (i) LEFT JOIN agents_agent a ON a.id = p.agent_id,"
        f" LATERAL (SELECT {_words()} AS said OFFSET 0) AS spoken ORDER BY m.id",
        id="m.id",
        ticket_id="i",
        public="NOT note",
        author_kind="who",
        agent_id="CASE WHEN who = 'agent' THEN p.agent_id END",
        customer_id="CASE WHEN who = 'customer' THEN customer END",
        author_name="CASE WHEN who = 'customer' THEN customer_name ELSE a.name END",
        text="said",
        html="CASE WHEN who = 'agent' THEN '<p>' || said || '</p>' ELSE '' END",
        quoted_text="CASE WHEN who = 'customer' AND k > 1 THEN '> ' || left(said, 200) ELSE '' END",
        from_address="CASE WHEN who = 'customer' THEN customer_email ELSE '' END",
        sender_verified="CASE WHEN who = 'customer' AND channel = 'email' THEN true END",
        to="CASE WHEN who = 'agent' AND NOT note THEN jsonb_build_array(customer_email) ELSE '[]'::jsonb END",
        deliver_after="CASE WHEN who = 'agent' AND NOT note THEN at + interval '10 seconds' END",
        created_at="at",
    )


def _events(filler: Filler) -> None:
    filler.insert(
        Event,
        """
        FROM fill_change c JOIN fill_plan p USING (i) LEFT JOIN fill_message m ON m.change = c.id
        LEFT JOIN agents_team t ON t.id = p.team_id LEFT JOIN agents_agent a ON a.id = p.agent_id,
        LATERAL (VALUES
            (1, CASE WHEN c.k = 1 THEN 'opened' END, jsonb_build_object(
                'subject', 'as it was', 'requester', jsonb_build_object('id', customer, 'name', customer_name),
                'channel', channel, 'status', 'new', 'priority', (ARRAY['low','normal','high','urgent'])[priority],
                'team', CASE WHEN t.id IS NOT NULL THEN jsonb_build_object('id', t.id, 'name', t.name) END)),
            (2, CASE WHEN c.k = 2 AND c.who = 'agent' THEN 'assignee_changed' END,
                jsonb_build_object('from', null, 'to', jsonb_build_object('id', a.id, 'name', a.name))),
            (3, CASE WHEN m.id IS NOT NULL THEN 'message_added' END,
                jsonb_build_object('message', m.id, 'public', NOT m.note, 'author', c.who)),
            (4, CASE WHEN c.k = 2 AND c.who = 'agent' THEN 'status_changed' END,
                jsonb_build_object('from', 'new', 'to', 'open', 'reason', 'reply')),
            (5, CASE WHEN c.k = 3 AND status IN ('pending', 'on_hold') OR c.k = 4 THEN 'status_changed' END,
                jsonb_build_object('from', 'open', 'to', CASE WHEN c.k = 4 THEN 'solved' ELSE status END)),
            (6, CASE WHEN c.k = 5 THEN 'status_changed' END, jsonb_build_object('from', 'solved', 'to', 'closed'))
        ) AS fact(place, kind, data) WHERE kind IS NOT NULL ORDER BY c.id, place
        """,
        change_id="c.id",
        kind="fact.kind",
        data="fact.data",
    )


def _company(filler: Filler) -> None:
    """Tags on half of the tickets, followers on 3 %, a second customer in copy on 5 %."""
    count = str(len(TAGS))
    filler.insert(
        TicketTag,
        "FROM fill_plan WHERE r_tag < 0.5",
        ticket_id="i",
        tag_id=f"1 + (i + floor(r_tag * 90)::int) %% {count}",
    )
    filler.insert(
        TicketTag,
        "FROM fill_plan WHERE r_tag < 0.2",
        ticket_id="i",
        tag_id=f"1 + (i + 1 + floor(r_tag * 90)::int) %% {count}",
    )
    filler.insert(
        Follower, "FROM fill_plan WHERE r_join < 0.03", ticket_id="i", agent_id="1 + floor(r_join * 2000)::int %% 60"
    )
    filler.insert(
        Participant,
        f"FROM fill_plan WHERE r_join > 0.95 AND customer <> 1 + (customer + 3) %% {filler.customers}",
        ticket_id="i",
        customer_id=f"1 + (customer + 3) %% {filler.customers}",
    )


def _words(k: int | None = None) -> str:
    """SQL for what was said in a message: two to five sentences, by ticket and message."""
    step = str(k) if k else "m.k"
    sentences = _array(SENTENCES)
    pick = " || ' ' || ".join(f"({sentences})[1 + (p0.words * {3 + n} + {step} * 5 + {n} * 3) %% 8]" for n in range(5))
    return f"({pick})".replace("p0.", "" if k else "p.")


def _array(texts: tuple[str, ...] | list[str]) -> str:
    return "ARRAY[" + ", ".join("'" + text.replace("'", "''") + "'" for text in texts) + "]::text[]"
