//! Orchard's strategy and its customers: what its product manager has written down and heard.

use discovery::{Need, Pursuit};
use roadmap::Lane;
use sprints::Verdict;
use strategy::Unit;
use vocabulary::ExemptClass;

pub struct KeyResult {
    pub title: &'static str,
    pub unit: Unit,
    pub baseline: f64,
    pub target: f64,
    /// One reading a week: value, confidence, and what was said about it.
    pub readings: &'static [(f64, i64, &'static str)],
}

pub struct Objective {
    pub title: &'static str,
    pub body: &'static str,
    pub key_results: &'static [KeyResult],
}

pub const VISION: &str = "Small teams trust that what happened in one of their systems has happened in all of them.";
/// What it was before the interviews of the first weeks.
pub const FIRST_VISION: &str = "Every wholesaler runs on one system.";
pub const REVISION: &str = "Eleven interviews: nobody wants one system. They want to trust the ones they have.";
pub const TARGET_GROUP: &str = "Wholesalers and makers with 5 to 200 people who sell through several channels and have \
    no IT department of their own.";
pub const NEEDS: &str = "Orders, stock and invoices agree everywhere. When something breaks they want to know it first, \
    and to be able to repair it themselves.";
pub const PRODUCT: &str = "Orchard connects shop, warehouse and books; it shows what goes through, keeps what does not, \
    and lets people put it right without a developer.";
pub const BUSINESS_GOALS: &str = "Grow to 1,200 paying teams by the end of next year. Bring the share of customers who \
    leave in the first three months under 4 %. Halve support per customer.";

pub const OBJECTIVES: &[Objective] = &[
    Objective {
        title: "Integrations that heal themselves",
        body: "Customers find and repair a lost event before their own customers notice.",
        key_results: &[
            KeyResult {
                title: "Support tickets about lost events, per month",
                unit: Unit::Number,
                baseline: 118.0,
                target: 40.0,
                readings: &[
                    (118.0, 6, "Where we start."),
                    (115.0, 6, "Nothing shipped yet."),
                    (109.0, 6, ""),
                    (104.0, 7, "Manual replay is used by the pilot customers."),
                    (101.0, 6, "Two outages at one carrier."),
                    (93.0, 6, "Replay is out for everybody."),
                    (88.0, 5, ""),
                    (86.0, 5, "Going down, and too slowly for the quarter."),
                ],
            },
            KeyResult {
                title: "Lost events repaired by the customer alone",
                unit: Unit::Percent,
                baseline: 8.0,
                target: 60.0,
                readings: &[(8.0, 7, ""), (14.0, 7, "Pilot only."), (31.0, 7, "With 2.6."), (38.0, 7, "")],
            },
        ],
    },
    Objective {
        title: "The first order in ten minutes",
        body: "A new customer sees the value before the end of the first visit.",
        key_results: &[
            KeyResult {
                title: "Median time from sign-up to the first order, in minutes",
                unit: Unit::Number,
                baseline: 24.0,
                target: 10.0,
                readings: &[
                    (24.0, 5, "Measured for the first time."),
                    (22.0, 6, ""),
                    (21.0, 6, "Credentials are checked before saving."),
                    (18.0, 7, ""),
                    (17.0, 7, ""),
                    (15.0, 8, "The guided setup is on for half of all new customers."),
                    (13.0, 8, ""),
                    (12.0, 8, "Likely to reach it."),
                ],
            },
            KeyResult {
                title: "New customers who finish the setup on the first day",
                unit: Unit::Percent,
                baseline: 41.0,
                target: 65.0,
                readings: &[(41.0, 6, ""), (44.0, 6, ""), (52.0, 7, ""), (57.0, 7, "")],
            },
        ],
    },
    Objective {
        title: "Win the admins",
        body: "The people who run Orchard at a customer decide whether it stays.",
        key_results: &[
            KeyResult {
                title: "Admins who use Orchard every week",
                unit: Unit::Percent,
                baseline: 31.0,
                target: 45.0,
                readings: &[
                    (31.0, 6, ""),
                    (33.0, 6, ""),
                    (34.0, 5, "The summary mail is read, the page is not."),
                    (30.0, 4, "Holidays."),
                    (29.0, 3, ""),
                    (32.0, 3, "We do not know yet what would bring them back."),
                ],
            },
            KeyResult {
                title: "A security review passed without findings",
                unit: Unit::YesNo,
                baseline: 0.0,
                target: 1.0,
                readings: &[(0.0, 7, "Booked for the last month of the quarter.")],
            },
        ],
    },
];

pub struct Opportunity {
    pub title: &'static str,
    pub body: &'static str,
    pub need: Need,
    pub state: Pursuit,
    /// By its place among the objectives.
    pub objective: Option<usize>,
    /// By its place in this list; an earlier one.
    pub parent: Option<usize>,
}

const fn opportunity(
    title: &'static str,
    need: Need,
    state: Pursuit,
    objective: Option<usize>,
    parent: Option<usize>,
    body: &'static str,
) -> Opportunity {
    Opportunity { title, body, need, state, objective, parent }
}

pub const OPPORTUNITIES: &[Opportunity] = &[
    opportunity(
        "I only learn from my customer that an event was lost",
        Need::Pain,
        Pursuit::Pursued,
        Some(0),
        None,
        "Nine of eleven admins we spoke with found out from an angry call. They then compare two lists by hand.",
    ),
    opportunity(
        "Repairing one lost order takes me half a morning",
        Need::Pain,
        Pursuit::Pursued,
        Some(0),
        Some(0),
        "They batch-replay by hand on Mondays, or type the order in again.",
    ),
    opportunity(
        "I cannot tell whether it is their system or ours",
        Need::Need,
        Pursuit::Pursued,
        Some(0),
        Some(0),
        "Every support call begins with this question, and nobody can answer it quickly.",
    ),
    opportunity(
        "I do not know what to type into the setup",
        Need::Pain,
        Pursuit::Pursued,
        Some(1),
        None,
        "The one who signs up is rarely the one who has the credentials.",
    ),
    opportunity(
        "I want to see it work with my own data before I ask my boss",
        Need::Desire,
        Pursuit::Open,
        Some(1),
        Some(3),
        "A sample shop is nice; their own fifty articles convince.",
    ),
    opportunity(
        "An import must never break my catalogue",
        Need::Need,
        Pursuit::Pursued,
        Some(1),
        None,
        "People import on Fridays at four. What goes wrong then is remembered for years.",
    ),
    opportunity(
        "I must show the auditor who changed what",
        Need::Need,
        Pursuit::Open,
        Some(2),
        None,
        "Once a year, for two days, with screenshots.",
    ),
    opportunity(
        "I am responsible for security and nobody helps me",
        Need::Pain,
        Pursuit::Open,
        Some(2),
        None,
        "Admins of small companies do it beside their work. They want to be told the one next thing to do.",
    ),
    opportunity(
        "My pickers write on paper",
        Need::Desire,
        Pursuit::Parked,
        None,
        None,
        "True and large, and not what we are best at. Looked at again in spring.",
    ),
];

pub struct Initiative {
    pub title: &'static str,
    pub problem: &'static str,
    pub outcome: &'static str,
    pub lane: Lane,
    /// Months from now, when it is dated.
    pub months: Option<(i64, i64)>,
    pub confidence: Option<i64>,
    pub objective: Option<usize>,
    pub opportunity: Option<usize>,
    /// The epics that deliver it, by their place among the themes.
    pub epics: &'static [usize],
}

const fn initiative(
    title: &'static str,
    lane: Lane,
    months: Option<(i64, i64)>,
    confidence: Option<i64>,
    to: (Option<usize>, Option<usize>),
    epics: &'static [usize],
    problem: &'static str,
    outcome: &'static str,
) -> Initiative {
    Initiative { title, problem, outcome, lane, months, confidence, objective: to.0, opportunity: to.1, epics }
}

pub const INITIATIVES: &[Initiative] = &[
    initiative(
        "Replay and retry",
        Lane::Now,
        Some((-2, 0)),
        Some(8),
        (Some(0), Some(1)),
        &[0],
        "A lost event can be repaired by support only, and takes two days.",
        "Admins repair six of ten lost events themselves, within the hour.",
    ),
    initiative(
        "Guided first connection",
        Lane::Now,
        Some((-1, 1)),
        Some(8),
        (Some(1), Some(3)),
        &[2],
        "Half of the new customers give up at the credentials.",
        "The median customer sees the first order after ten minutes.",
    ),
    initiative(
        "Imports one can trust",
        Lane::Now,
        Some((-1, 2)),
        Some(7),
        (Some(1), Some(5)),
        &[3, 4],
        "One import in eight is followed by a support ticket.",
        "A dry run tells what will happen, and every import can be taken back.",
    ),
    initiative(
        "Health page",
        Lane::Next,
        Some((1, 3)),
        Some(6),
        (Some(0), Some(2)),
        &[1],
        "Nobody knows whether a connection works until it does not.",
        "Admins notice trouble before their customers do.",
    ),
    initiative(
        "Security for busy admins",
        Lane::Next,
        Some((2, 4)),
        Some(5),
        (Some(2), Some(7)),
        &[6, 7],
        "Half of all accounts have no second factor.",
        "Nine of ten admins have one, and were never forced.",
    ),
    initiative(
        "Audit trail",
        Lane::Next,
        None,
        Some(5),
        (Some(2), Some(6)),
        &[8],
        "The question who changed a price costs an afternoon.",
        "An auditor finds the answer alone.",
    ),
    initiative(
        "Self-repair rules",
        Lane::Later,
        None,
        Some(3),
        (Some(0), None),
        &[],
        "Most failures repeat, and are repaired the same way each time.",
        "What a person did twice, Orchard offers to do by itself.",
    ),
    initiative(
        "Setup from templates",
        Lane::Later,
        None,
        Some(3),
        (Some(1), Some(4)),
        &[],
        "Consultants set up the same three kinds of shop again and again.",
        "The tenth setup of a kind takes one minute.",
    ),
    initiative(
        "Picking on the phone",
        Lane::Later,
        None,
        Some(2),
        (None, Some(8)),
        &[10],
        "Paper in the warehouse, typing in the evening.",
        "A shift a week saved at a customer of thirty people.",
    ),
];

/// Name, segment, yearly value, address.
pub const CUSTOMERS: &[(&str, &str, f64, &str)] = &[
    ("Hallberg Tea", "Growth", 18_400.0, "operations@hallberg-tea.example"),
    ("Nordlys Cycles", "Enterprise", 96_000.0, "it@nordlys-cycles.example"),
    ("Casa Verde Foods", "Growth", 24_900.0, "pedidos@casaverde.example"),
    ("Papier & Co", "Starter", 3_480.0, "hallo@papier-co.example"),
    ("Baltic Hardware", "Enterprise", 71_500.0, "systems@baltic-hardware.example"),
    ("Little Loom", "Starter", 2_160.0, "studio@littleloom.example"),
    ("Ferreira Wines", "Growth", 15_700.0, "adega@ferreira-wines.example"),
    ("Kestrel Outdoor", "Enterprise", 118_000.0, "admin@kestrel-outdoor.example"),
    ("Maison Claire", "Growth", 21_300.0, "contact@maison-claire.example"),
    ("Oakfield Seeds", "Starter", 4_200.0, "orders@oakfield-seeds.example"),
    ("Tanaka Ceramics", "Growth", 12_800.0, "shop@tanaka-ceramics.example"),
    ("Brightwater Medical", "Enterprise", 142_000.0, "it-desk@brightwater.example"),
];

/// What a piece of feedback asks for.
#[derive(Debug, Clone, Copy)]
pub enum Asks {
    Opportunity(usize),
    Initiative(usize),
    /// One of the theme's finished or planned stories.
    Theme(usize),
    /// Nobody has looked at it yet.
    Nothing,
    /// Answered with no, for this reason.
    Declined(&'static str),
}

pub struct Voice {
    pub customer: usize,
    pub channel: &'static str,
    pub importance: i64,
    pub text: &'static str,
    pub asks: Asks,
}

const fn voice(customer: usize, channel: &'static str, importance: i64, asks: Asks, text: &'static str) -> Voice {
    Voice { customer, channel, importance, text, asks }
}

use Asks::{Declined, Initiative as I, Nothing, Opportunity as O, Theme as T};

pub const VOICES: &[Voice] = &[
    voice(7, "call", 5, O(0), "A shop called us about an order we had never seen. Your page was green all day."),
    voice(
        1,
        "support",
        5,
        T(0),
        "We need to replay a failed event ourselves. Waiting two days for support costs us orders.",
    ),
    voice(4, "call", 5, O(1), "Every Monday I compare two lists and type in what is missing. It takes me until noon."),
    voice(0, "mail", 4, T(0), "Please tell me why an event was rejected. “Error” is not a reason."),
    voice(
        11,
        "review meeting",
        5,
        I(0),
        "If one event is lost we have to report it. We must see it and repair it the same hour.",
    ),
    voice(
        2,
        "support",
        4,
        O(2),
        "Is it you or is it the carrier? I spent an hour finding out, and it was the carrier.",
    ),
    voice(3, "mail", 3, T(2), "I gave up at the second step because my colleague has the password and was on holiday."),
    voice(5, "interview", 4, O(3), "I did not know what an API key is. I am a weaver."),
    voice(9, "mail", 3, I(1), "It took me an evening to connect the shop. After that it was lovely."),
    voice(8, "call", 4, T(3), "The import changed 400 prices and nobody could tell us which ones."),
    voice(6, "support", 4, T(3), "It says that 12 rows were skipped. Which ones? Why?"),
    voice(
        4,
        "review meeting",
        5,
        O(5),
        "We import the price lists of 60 suppliers. One mistake and the whole shop is wrong.",
    ),
    voice(10, "mail", 3, T(4), "The columns of the export changed places again. My formulas are broken."),
    voice(1, "support", 4, T(4), "Article numbers lose their leading zeros in the export."),
    voice(11, "review meeting", 4, O(6), "Our auditor asked who changed a price in March. We could not say."),
    voice(7, "review meeting", 4, I(5), "We need the trail for ten years, and an export of it."),
    voice(
        7,
        "call",
        3,
        O(7),
        "I am the admin beside three other jobs. Tell me the one thing I should do for security.",
    ),
    voice(0, "interview", 3, I(4), "I know that I should switch on the second factor. I never find the time."),
    voice(2, "mail", 2, O(8), "Our pickers still walk around with paper."),
    voice(4, "call", 3, I(8), "A scanner app would save us a shift a week, says the warehouse."),
    voice(6, "mail", 3, T(5), "An invoice in dollars was two cents off after I changed the rate."),
    voice(8, "support", 4, T(5), "French credit notes must be in French. It is the law."),
    voice(9, "mail", 2, T(9), "I get eleven mails a day from Orchard. I have a rule that deletes them."),
    voice(3, "support", 3, T(11), "Search does not find O'Brien."),
    voice(5, "mail", 2, T(11), "When a customer calls I never find the order by the number on the label."),
    voice(1, "review meeting", 4, I(3), "Give us a page we can put on the wall: what works, what does not."),
    voice(11, "review meeting", 5, O(2), "When something is red we need to know in a minute whose fault it is."),
    voice(
        10,
        "interview",
        3,
        O(4),
        "I wanted to show my father that it works with our own articles. The sample shop sells bicycles.",
    ),
    voice(0, "call", 3, T(2), "Setup forgot everything when I pressed Back."),
    voice(2, "support", 4, T(0), "The same order arrived twice after your maintenance."),
    voice(8, "mail", 3, T(12), "On the last day of the month nothing works before ten."),
    voice(4, "support", 4, T(12), "Two of us started the closing and both had to start again."),
    voice(
        6,
        "mail",
        1,
        Declined("We stay with connections and leave wine cellars to those who know them."),
        "Could Orchard manage the temperature of our cellar?",
    ),
    voice(
        9,
        "mail",
        1,
        Declined("A third theme would cost every page twice; the two we have are tested for contrast."),
        "Please add a pink theme.",
    ),
    voice(
        5,
        "interview",
        2,
        Declined("Printing labels is done well by the carriers' own programs, which we connect."),
        "Design my labels, too.",
    ),
    voice(1, "mail", 3, Nothing, "Can we have the health of our connections in our own dashboard?"),
    voice(
        7,
        "support",
        4,
        Nothing,
        "Replay works. Now I would like it to happen by itself when it is the usual error.",
    ),
    voice(2, "mail", 2, Nothing, "The new setup is much better. One question: can my tax adviser have an account?"),
    voice(10, "call", 3, Nothing, "The export is fine now. Could it come every Friday by mail?"),
    voice(3, "mail", 2, Nothing, "Is there a Dutch version?"),
    voice(11, "review meeting", 5, Nothing, "Before we renew we need to know how you handle an outage of your own."),
];

/// What people say under an item; `{}` is one of the epic's subjects.
pub const REMARKS: &[&str] = &[
    "I tried it with the data of Kestrel Outdoor: works, and takes less than a second.",
    "Can we leave out the {} for now? Nobody in the interviews asked for it.",
    "The wording is Bea's, so please do not change it in the code.",
    "Found the cause: the {} was looked up before the lock was taken.",
    "I would split this after the first criterion; it is useful by then.",
    "Reviewed together with Dina, two small things, otherwise good.",
    "Support says that three more customers wrote about this on Monday.",
    "The old behaviour is still needed for the API, see the notes on the {}.",
    "Left the migration out of this one. It deserves its own evening.",
    "Screenshots are in the handbook draft. Is the tone right?",
    "Careful with the {}: the sandbox has other limits than the real thing.",
    "Done on my machine. Waiting for the test environment.",
];

pub const BLOCKERS: &[&str] = &[
    "Waiting for the carrier's new sandbox credentials",
    "The exchange rates are late; asked the provider on Monday",
    "Needs the design of the empty state",
    "Legal has to read the text first",
];

pub const SPRINT_GOALS: &[&str] = &[
    "A failed event can be seen and understood",
    "Pilot customers replay an event by themselves",
    "An import tells beforehand what it will do",
    "A new admin connects a shop without a call",
    "Exports stay the same from month to month",
    "Admins recover a lost event alone",
    "Month end without a slow page",
    "The setup survives an interruption",
    "Every skipped row has a reason",
    "Invoices abroad are right to the cent",
];

pub const VERDICTS: &[(Verdict, &str)] = &[
    (Verdict::Met, "All of the pilot customers used it in the review."),
    (Verdict::Met, "Done with a day to spare."),
    (Verdict::Partly, "It works for shops; warehouses come next."),
    (Verdict::Met, "Two customers tried it live and needed no help."),
    (Verdict::Missed, "An outage at the carrier took three days of the team."),
    (Verdict::Partly, "The page is there, the mail is not."),
];

/// Why something is proposed.
pub const PROPOSALS: [&str; 2] = [
    "It takes an afternoon, and support answers for it every week.",
    "Two large customers ask for it before they sign, and one signs in January.",
];

/// What is asked, and what was answered to the first.
pub const QUESTIONS: [(&str, Option<&str>); 2] = [
    (
        "What should happen when the other side is down for longer than a day?",
        Some("We keep trying for three days, then tell the admin."),
    ),
    ("Does this have to work for archived connections, too?", None),
];

/// What was decided without a proposal: title, context, options, choice.
pub const DECISIONS: [[&str; 4]; 1] = [[
    "How long we try again",
    "Retries cost money on both sides; giving up early costs trust.",
    "One day, three days, or until somebody stops it.",
    "Three days. Nine of ten outages are over by then.",
]];

/// What the first initiative is to bring, after it was understood better.
pub const EXPECTED: &str = "Admins repair eight of ten lost events themselves, within ten minutes.";

/// What part of the effort is meant for: title, why, and share in percent; the objectives that advance each by their place.
pub const STRATEGIC_THEMES: [(&str, &str, i64, &[usize]); 2] = [
    ("Nothing gets lost", "Trust is what our customers buy first.", 60, &[0]),
    ("The first hour", "Who sees a result on the first day stays.", 30, &[1]),
];

/// How much of what is finished may need no why, in percent.
pub const BUDGETS: [(ExemptClass, i64); 2] = [(ExemptClass::Defect, 30), (ExemptClass::Debt, 10)];

/// What was promised: title, audience, and the initiative it is about.
pub const PROMISES: [(&str, &str, usize); 1] = [("Lost events can be repaired without calling us", "All customers", 0)];
