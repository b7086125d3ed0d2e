"""What colleagues write to each other on a ticket; the house language is English."""

BY_TOPIC = {
    "late_parcel": ("Depot says the parcel sits in the wrong cage. {other}, can you ring them tomorrow if it has not moved?",
                    "Third one this week with this carrier. {other} collects them for the monthly call."),
    "return": ("Outside the 30 days by two days, but a good customer. {other} agreed to take it back.",
               "Label made. {other}, please look out for {order} at the gate."),
    "wrong_item": ("{other} checked the shelf: two bins carry the same label. Being sorted out today.",
                   "Replacement packed by {other}, weight matches this time."),
    "damaged": ("Carrier claim opened, reference {parcel}. {other} has the photos.",
                "Looks like a forklift to me. {other}, do we still have the box from the last one?"),
    "advice": ("Asked {other} about the reach of the {bike}: 12 mm more than last year.",
               "Stock says 3, shelf says 1. {other}, please reserve it."),
    "fleet": ("{other} approved up to eight percent. Do not go below.",
              "They compare with two others; {other} met them at the fair in spring."),
    "invoice": ("VAT number checked, it is valid. {other}, the address field is cut off after 40 characters again.",
                "Cancelled and written anew. {other}, please book it in the right month."),
    "charged_twice": ("One capture, one reservation. {other} has released it with the bank.",
                      "Second case today with the error on the payment page. {other}, can you look into the log?"),
    "refund": ("Refund bounced, account closed. {other} has asked for the new one.",
               "Return was booked without its number, found it by weight with {other}."),
    "plan": ("Keeps the bike, so a pause fits better. Agreed with {other}.",
             "Price change mail went out twice. {other} knows."),
    "battery": ("Log shows {full} percent and then {code}. {other} says: sensor, not the battery.",
                "Serial {serial} is from the batch of spring. {other} keeps the list."),
    "app": ("Reproduced with {version} on the test phone. {other} has the trace.",
            "Account had a space in the address. {other}, how did that get past the form?"),
    "brakes": ("Sounds like grease. {other} suggests pads only if cleaning does not help.",
               "Workshop has a slot on Thursday, reserved by {other}."),
    "outage": ("Same as the others, see the problem ticket. {other} tells us when it is back.",
               "Talked the customer through opening the lock by hand, works. {other}, please put it on the status page."),
}  # fmt: skip

HANDED_OVER = (
    "Not ours, I think. {other}, could you take this?",
    "{other} speaks the language better than I do, handing over.",
    "I am off from tomorrow, {other} takes it from here.",
)
RAISED = (
    "Raising this: the customer needs the bike to get to work.",
    "Second complaint of this customer within a month, so first in the queue please.",
    "Raised after a call, they were rightly annoyed.",
)
LOWERED = ("No hurry, says the customer: next month is early enough.",)
WATCHED = ("I am keeping an eye on this one. {other}, tell me if the supplier does not answer.",)
CALLED = "Call from {name}. In their words:\n\n> {words}\n\nPromised an answer by mail."
