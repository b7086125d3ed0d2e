"""What is said in English."""

from helpdesk.demo.words import Manners, Words

MANNERS = Manners(
    greetings=("Hi,", "Hello,", "Good morning,", "Hi there,", "Dear Pedalund,", "Hello team,"),
    asides=(
        "I have been a customer for years and this is the first time something went wrong.",
        "You can also call me, mornings are best.",
        "I am away next week, so a quick answer would help a lot.",
        "Apologies if I should have found this on your website.",
        "It is a present, so I am a little nervous about the date.",
        "I tried the chat first but it was closed.",
        "Otherwise I am very happy with the bike, by the way.",
    ),
    farewells=("Kind regards", "Best wishes", "Thanks in advance", "Many thanks", "Cheers", "Regards"),
    hello="Hi {first},",
    leads=(
        "Thank you for writing to us.",
        "Thanks for your message, and for the clear description.",
        "I am sorry for the trouble.",
        "Thanks for getting in touch.",
        "Good that you wrote.",
        "I have just looked into this for you.",
    ),
    offers=(
        "Just reply to this mail if anything is unclear.",
        "Let me know if you need anything else.",
        "If something does not work as described, write back and I will take another look.",
        "Enjoy the ride!",
        "",
    ),
    regards="Best regards,\n{agent}",
    wait=(
        "I have asked the colleagues in the warehouse to check this by hand. I will come back to you by {soon} at the latest.",
        "This needs an answer from our supplier. I expect it by {soon} and will write to you then, whatever they say.",
    ),
    nudge=(
        "I wanted to ask whether you have seen my question. As soon as I have your answer I can go on.",
        "A short reminder: I still need your answer to help you with this.",
    ),
    giving_up=(
        "I have not heard from you, so I am closing this for now. Answer whenever it suits you and it opens again.",
        "As I have no answer yet, I take it that this has sorted itself out. Just reply if it has not.",
    ),
    thanks=(
        "Thanks a lot!",
        "Perfect, thank you very much for the quick help!",
        "Great, thanks {agent}!",
        "Thank you so much, have a nice day!",
        "Wonderful, it works now. Many thanks!",
    ),
    still=(
        (
            "Thanks, but one more question: does this also hold for the second item in the order?",
            "Yes, it holds for everything in order {order}. You do not need to do anything else.",
        ),
        (
            "Thank you. Can you send me that in writing as well, please? My insurance asks for it.",
            "Of course: a letter with order number {order} and frame number {serial} is under way to you by post, it should arrive by {soon}.",
        ),
    ),
    wrote="On {day} {agent} wrote:",
)

STORIES = {
    "late_parcel": Words(
        (
            "Where is my order {order}?",
            "Order {order} has not arrived",
            "Delivery of the {bike} delayed?",
            "Tracking {parcel} has not moved for days",
        ),
        (
            "I ordered a {bike} on {date} (order {order}) and was promised delivery within five days. Nothing has come yet.",
            "The tracking for parcel {parcel} has said “in transit” since {date}. Could you find out where it is?",
            "My order {order} should have been here on {date}. The carrier only tells me to ask the sender.",
        ),
        (
            "I was at home all day and nobody rang.",
            "If it takes much longer I would rather pick it up in a shop.",
            "The amount of {amount} has already left my account.",
        ),
        "Could you confirm the delivery address and a telephone number for the driver?",
        "The address in the order is right, it is the door in the yard. The driver can ring the bell marked with my surname.",
        (
            "Parcel {parcel} was left at the depot by mistake. The carrier has put it on the van again and will deliver by {soon}.",
            "Your {bike} was packed a day late. It left us this morning with parcel number {parcel}, and you should have it by {soon}.",
        ),
        "The new day has passed as well and there is still no parcel. What happens now?",
        "I have declared parcel {parcel} lost and sent a replacement by express. It arrives by {soon}, and the freight is on us.",
    ),
    "return": Words(
        ("Return of order {order}", "Wrong size, can I exchange the {bike}?", "How do I send something back?"),
        (
            "The {bike} in size {size} is too big for me. Can I exchange it for the next size down?",
            "I would like to return part of order {order}. It has not been used and is still in its box.",
            "The jacket from order {order} does not fit. How do I send it back, and who pays for that?",
        ),
        ("I bought it on {date}.", "I still have the whole packaging.", "A refund of {small} would be fine too."),
        "Would you like another size or your money back? And is the packaging still there?",
        "Another size please, if you have it. The packaging is complete.",
        (
            "No problem. The return label is on its way to you; drop the parcel at any shop of the carrier before {soon}. We exchange it as soon as it is scanned.",
            "You have 30 days, so that is fine. I have registered the return for {order}; the refund of {small} follows within five days after it reaches us.",
        ),
        "The label does not work, the shop says that the code has expired.",
        "Sorry about that. I have made a new label which is valid until {soon}, and checked the code with the carrier.",
    ),
    "wrong_item": Words(
        (
            "Wrong item in order {order}",
            "Received brake pads instead of a chain",
            "Order {order}: something is missing",
        ),
        (
            "I opened the parcel for order {order} today and found somebody else's parts in it.",
            "In order {order} there should be a chain and two tyres, but I got brake pads and one tyre.",
            "You sent me the lock for another bike. I need the one for the {bike}.",
        ),
        (
            "I attach a photo of what came.",
            "The delivery note lists the right things.",
            "I need it by {soon} for a tour.",
        ),
        "Could you tell me the article number on the bag that you received?",
        "It says {serial} on the label, and the bag is unopened.",
        (
            "That was our mistake in the warehouse. The right parts leave today with parcel {parcel}. Keep the wrong ones, or give them to somebody who needs them.",
            "I have sent the missing item of order {order} by express, it should reach you by {soon}. I am sorry for the mix-up.",
        ),
        "The second parcel came, and it is the wrong part again!",
        "I went to the shelf myself this time and packed the right part. It is under way with {parcel}.",
    ),
    "damaged": Words(
        ("Frame scratched on arrival, order {order}", "{bike} damaged in transport", "Bent wheel on my new {bike}"),
        (
            "My {bike} arrived on {date} with a deep scratch on the top tube. The box had a hole at that place.",
            "The rear wheel of the {bike} from order {order} is bent. I cannot ride it like this.",
            "The box of order {order} was open when it came, and the mudguard is broken.",
        ),
        (
            "The driver noted the damage on his screen.",
            "Photos are attached.",
            "I paid {amount} and expected a bike in one piece.",
        ),
        "Could you send me two photos, one of the box and one of the damage? The carrier asks for both.",
        "Here are the photos. The hole in the box is on the left side, about the height of the saddle.",
        (
            "Thank you for the photos. I have reported it to the carrier. We pay the repair at a workshop near you up to {amount}; just send us the bill.",
            "A new part for your {bike} leaves today with parcel {parcel}. If you prefer, a mechanic can fit it at your home on {soon}.",
        ),
        "The new part does not fit, the holes are in another place.",
        "You are right, it was for last year's model. The right one is on its way with {parcel}, and I credit you {small} for the effort.",
    ),
    "advice": Words(
        ("Which frame size for {cm} cm?", "Question about the {bike} before I buy", "Does the rack fit the {bike}?"),
        (
            "I am {cm} cm tall and between two sizes on the {bike}. Which one do you advise?",
            "Does the {bike} take tyres of 45 mm with mudguards? I ride on gravel in winter.",
            "Is the {bike} in stock in size {size}, and could I have it before {soon}?",
        ),
        ("My inseam is about half of that.", "I ride {km} km to work every day.", "My old bike was a size {size}."),
        "How do you like to sit, rather upright or sporty? Then I can tell you for certain.",
        "Rather upright, I have a stiff neck. And I carry two bags.",
        (
            "At {cm} cm take size {size}. With the short stem you sit upright, and the handlebar can still be raised by 3 cm.",
            "The {bike} has room for 45 mm with mudguards. Size {size} is in stock; ordered today it reaches you by {soon}.",
        ),
        "I tried it at a friend's and it feels too long. Should I take a smaller one after all?",
        "Then take one size down; the reach is 12 mm shorter. I have noted it on your account, so an exchange costs you nothing.",
    ),
    "fleet": Words(
        ("Quote for {n} bikes", "{n} e-bikes for our staff", "Service agreement for our fleet"),
        (
            "We would like to buy {n} {ebike} for our employees and need a quote with delivery before {soon}.",
            "Our guests may borrow bikes, and {n} of them need a service before the season. What would an agreement cost?",
            "Could you extend the quote of {date} for {n} pieces of the {bike}? Our board meets later than planned.",
        ),
        ("The list is attached.", "We need one invoice for everything.", "Helmets and locks should be included."),
        "Which frame sizes do you need, and should we deliver assembled to one address?",
        "Half of them M, the rest S and L. One address, assembled, with a lift at the van please.",
        (
            "The quote for {n} {ebike} is under way to you: {amount} a piece including assembly and delivery, valid until {soon}.",
            "For {n} bikes we come to you twice a year. That is {small} per bike and visit, parts extra. The agreement is attached to the next mail.",
        ),
        "Our purchasing department asks for payment within 30 days instead of 14. Is that possible?",
        "Yes, 30 days are fine for you. I have changed it in the quote and in your account.",
    ),
    "invoice": Words(
        ("Invoice for order {order}", "VAT number missing on {invoice}", "Copy of invoice {invoice} please"),
        (
            "I cannot find the invoice for order {order}. Could you send it again?",
            "On invoice {invoice} our VAT number is missing. Our bookkeeper needs it before the end of the month.",
            "Please change the address on invoice {invoice} to the company's, not my private one.",
        ),
        ("The amount was {amount}.", "The order is from {date}.", "A PDF is enough."),
        "Which name and address should be on the invoice exactly?",
        "The same as in my signature below, and please add our purchase number {serial}.",
        (
            "Here it is: I have sent invoice {invoice} to your address again as a PDF. You also find it under “My orders”.",
            "I have corrected {invoice} and cancelled the old one. The new one shows the VAT number and the total of {amount}.",
        ),
        "Sorry, the total on the new invoice is not the same as before. Can you check?",
        "Well seen, the freight was missing. The invoice is right now and comes to {amount}.",
    ),
    "charged_twice": Words(
        ("Charged twice for order {order}", "{amount} taken twice", "Double payment"),
        (
            "My card was charged {amount} twice for order {order}. I only ordered once.",
            "On {date} you took {amount}, and the same amount the day after. Please pay one of them back.",
            "The payment page showed an error, so I paid again. Now both payments of {amount} have gone through.",
        ),
        ("My bank says that only you can cancel it.", "A screenshot is attached.", "That is a lot of money for me."),
        "Could you send the last four digits of the card and the dates of both lines on your statement?",
        "It ends in 4417. The lines are from {date} and the day after, {amount} each.",
        (
            "You are right: one of the two was only reserved and I have released it. Depending on your bank it disappears by {soon}.",
            "The second payment for {order} reached us. I have paid {amount} back to your card today; it takes up to three bank days.",
        ),
        "It has been a week and the money is not there yet.",
        "I have checked with our bank: the refund of {amount} was stuck and goes out again today. You have my apologies.",
    ),
    "refund": Words(
        ("Refund for {order} still open", "When do I get my money back?", "Refund of {amount}"),
        (
            "I sent order {order} back on {date} but have not received my {amount}.",
            "My return for {order} was received according to the tracking. When will you pay?",
            "The refund for {order} is too low: I got less than {amount}.",
        ),
        ("The parcel number was {parcel}.", "I paid by card.", "The card that I used has been replaced since."),
        "Was the card replaced since the order? Then I need an account number for the transfer.",
        "Yes, the old card is gone. I have put the new account into my profile.",
        (
            "Your return was registered on {date}, and the refund of {amount} went out today. It shows in two or three days.",
            "The freight was taken off by mistake. I have paid the rest, {small}, to the same card.",
        ),
        "Still nothing on my account, and I asked my bank too.",
        "The transfer came back to us because of a digit. It went out again today, with the right account, {amount}.",
    ),
    "plan": Words(
        ("Cancel my service plan", "Pause the service plan over winter", "Question about the Plus plan"),
        (
            "I would like to cancel the service plan for my {bike} at the next possible date.",
            "Can I pause the Plus plan from {soon}? The bike stays in the cellar over the winter.",
            "The plan has become dearer, {small} a month. What is included now?",
        ),
        ("The frame number is {serial}.", "I have sold the bike.", "I could not find a button for it in the app."),
        "Do you want to end it for good, or would a pause until spring be enough?",
        "A pause until April would be perfect, if the price stays.",
        (
            "Your plan is cancelled and ends on {soon}. You do not need to do anything else, and nothing will be charged after that.",
            "The plan for {serial} is paused from {soon}. It goes on by itself in April for the same {small} a month.",
        ),
        "I was charged {small} again although the plan is cancelled.",
        "That booking was already on its way. I have paid {small} back and checked that no other follows.",
    ),
    "battery": Words(
        ("{ebike}: battery does not charge", "Range of the {ebike} only {km} km", "Error {code} on the display"),
        (
            "The battery of my {ebike} stops charging at {full} percent, and the lamp blinks red.",
            "When it was new the {ebike} did {full} km, now it is {km} km with the same assistance.",
            "The display shows {code} and the motor switches off on every hill.",
        ),
        ("I bought it on {bought}.", "The bike stands in a cold shed.", "The frame number is {serial}."),
        "Could you tell me the serial number of the battery, and how the lamps blink when you hold the button for five seconds?",
        "The serial number is {serial}. Two lamps blink three times, then all go dark.",
        (
            "Three blinks mean that the battery is too cold to charge. Let it stand in a warm room for two hours first; the range comes back too.",
            "{code} is the sensor in the crank. You are within the warranty, so a workshop near you changes it for free; they expect you from {soon}.",
        ),
        "After two days the error {code} is back.",
        "Then the battery itself is faulty. A new one goes to you by {soon}; the driver takes the old one along.",
    ),
    "app": Words(
        ("App does not find my {ebike}", "Cannot sign in to the app", "App {version} closes by itself"),
        (
            "Since the update to {version} the app does not find my {ebike} any more.",
            "I cannot sign in to the app. The code that you send by mail never arrives.",
            "The app closes as soon as I open the map, with version {version}.",
        ),
        ("I have restarted everything.", "My telephone is two years old.", "A screenshot is attached."),
        "Which telephone and which version do you have, and is Bluetooth allowed for the app in the settings?",
        "Version {version}, and Bluetooth was off for the app. I have switched it on, but it still does not connect.",
        (
            "Please remove the bike under “My bikes” and add it again with frame number {serial}. Since {version} this is needed once.",
            "Your address had a typing mistake in the account. I have corrected it, and the code arrives now within a minute.",
        ),
        "It worked for a day and now the bike is gone from the list again.",
        "That is a fault on our side with {ebike}. It is mended in the version of today; after the update it stays in the list.",
    ),
    "brakes": Words(
        ("Disc brakes squeal on the {bike}", "Gears jump on the {bike}", "Noise from the crank"),
        (
            "The front brake of my {bike} squeals so loudly that people turn round.",
            "The gears of the {bike} jump under load, mostly in the middle of the cassette.",
            "There is a clicking noise from the crank of my {bike}, at every turn.",
        ),
        ("I have ridden about 800 km.", "It was serviced in spring.", "It is worse in the rain."),
        "Does it happen all the time or only when wet? And have you cleaned the discs with a spray?",
        "Only when wet. I may have used chain spray near the disc, to be honest.",
        (
            "Then there is grease on the pads. Clean the disc with alcohol and brake hard twenty times from 25 km/h. If it stays, we send you new pads for {small}.",
            "Turn the adjuster at the derailleur half a turn to the left and try again. If it still jumps, the workshop sees to it for free until {soon}.",
        ),
        "I did everything you wrote and it is just the same.",
        "Then let us have a look. I have booked you at the workshop for {soon}, and we pay.",
    ),
    "outage": Words(
        (
            "App down? My bike is locked",
            "Cannot unlock my {ebike}",
            "No connection in the app",
            "Lock does not open",
            "Is there an outage?",
        ),
        (
            "The app says “no connection” and I cannot unlock my {ebike}. I am standing in front of the station.",
            "Since this morning the digital lock of my {ebike} does not react. The app loads for ever.",
            "I cannot get into the app, and so I cannot open the lock. I had to take the bus to work.",
            "Is your system down? Both our bikes are locked and the app shows error {code}.",
        ),
        ("Please help quickly.", "The frame number is {serial}.", "My whole family depends on the bike."),
        "",
        "",
        (
            "Our servers have been failing since this morning and we are working on it. You can open the lock by hand: hold the button for ten seconds and enter the last four digits of {serial}.",
            "The outage is over and the app connects again. Please close the app once and open it. I am sorry; we credit you {small}.",
        ),
        "It worked yesterday evening, but this morning it is locked again.",
        "The second fault is mended too. Your {ebike} is open, I can see it here.",
    ),
}
