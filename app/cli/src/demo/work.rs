//! What the people of Orchard work on: epics, and what their stories, bugs and tasks are about.

/// An epic and the sentences its items are made of. `{}` stands for one of the epic's subjects.
pub struct Theme {
    pub epic: &'static str,
    /// What the epic is for, as its description says it.
    pub purpose: &'static str,
    pub subjects: &'static [&'static str],
    /// Who wants what, and what for: "As {0}, I want to {1}, so that {2}."
    pub stories: &'static [(&'static str, &'static str, &'static str)],
    /// What is seen, and what should be instead.
    pub bugs: &'static [(&'static str, &'static str)],
    /// What is done, and why.
    pub tasks: &'static [(&'static str, &'static str)],
    pub spikes: &'static [(&'static str, &'static str)],
    pub criteria: &'static [&'static str],
}

/// The theme whose work is technical debt.
pub const DEBT: &str = "Housekeeping";

pub const THEMES: &[Theme] = &[
    Theme {
        epic: "Replay and retry of webhooks",
        purpose: "A lost event must be found and repaired by the customer alone, before their own customer notices.",
        subjects: &["order", "stock", "invoice", "shipment", "refund", "price", "return", "customer"],
        stories: &[
            ("an admin", "replay a failed {} event", "I need not ask support to send it again"),
            ("an admin", "replay all failed {} events of one day", "an outage on our side is repaired in one go"),
            (
                "a developer at a customer",
                "set a retry policy per endpoint",
                "a slow receiver is not given up too early",
            ),
            ("an admin", "see why a {} event was rejected", "I can tell our supplier what to fix"),
            ("an admin", "pause deliveries to one endpoint", "maintenance on our side loses nothing"),
            ("a developer at a customer", "send a test {} event", "I know that the endpoint works before going live"),
            (
                "an admin",
                "be told when retries of {} events are used up",
                "a person looks at what the machine could not do",
            ),
        ],
        bugs: &[
            ("Replay button stays grey after a timeout", "It can be pressed again once the attempt has ended."),
            ("The same {} event is delivered twice after a restart", "Every event keeps its id, and is sent once."),
            ("Retry counter shows 0 for {} events in the queue", "It shows how many attempts were made."),
            ("Signature check fails when the secret ends in a space", "Secrets are trimmed when they are stored."),
        ],
        tasks: &[
            ("Move the retry queue to a worker of its own", "A burst of retries must not slow down new events."),
            (
                "Delete delivery logs of {} events after 30 days",
                "They are the largest table and nobody reads them later.",
            ),
        ],
        spikes: &[("Find out how often receivers answer 429", "The default back-off should follow what they ask for.")],
        criteria: &[
            "A failed delivery shows a Replay button to admins only",
            "The replayed event carries the same id as the first one",
            "The replay stands in the audit trail with the person's name",
            "After five failed attempts the event stops and says so",
            "A receiver that answers 410 is not tried again",
            "Nothing is sent while the endpoint is paused",
        ],
    },
    Theme {
        epic: "Health page of every connection",
        purpose: "Whoever is responsible for a connection sees at a glance whether it works, and since when.",
        subjects: &["shop", "warehouse", "bookkeeping", "carrier", "marketplace", "payment"],
        stories: &[
            ("an admin", "see the state of the {} connection at a glance", "I notice trouble before my customers do"),
            ("an operations manager", "see how long the {} connection was down", "I can claim it from the provider"),
            ("an admin", "subscribe to changes of the {} connection", "I need not look at the page every morning"),
            ("a support agent", "open a customer's health page", "I can help without asking for screenshots"),
            ("an operations manager", "compare this week's delays with the last one", "I see whether it gets better"),
            ("an admin", "note why a connection was off", "my colleagues do not switch it on again"),
        ],
        bugs: &[
            ("Health of the {} connection stays green while events wait", "It turns amber after 15 minutes."),
            ("Times on the health page are in UTC", "They follow the organisation's time zone."),
            ("The chart of the {} connection is empty on the first of a month", "The chart begins a day earlier."),
        ],
        tasks: &[
            ("Keep one reading a minute for the {} connection", "The chart needs no more, and the disk thanks us."),
            ("Write the runbook for a red connection", "Support should not need a developer for the first half hour."),
        ],
        spikes: &[(
            "Try whether providers' status feeds can be trusted",
            "We would like to tell their outages from ours.",
        )],
        criteria: &[
            "The state is green, amber or red, and says it in words too",
            "The page shows the last 30 days",
            "A red state names the first failed event",
            "Colour is never the only sign",
            "The page opens in under a second with 20 connections",
        ],
    },
    Theme {
        epic: "Guided first connection",
        purpose: "From signing up to the first real order in ten minutes, without a call.",
        subjects: &["shop", "warehouse", "carrier", "bookkeeping", "marketplace"],
        stories: &[
            ("a new admin", "connect our {} in three steps", "we see the first order today"),
            ("a new admin", "check the {} credentials before saving", "I do not search for a typo later"),
            ("a new admin", "come back to where I stopped", "an interruption does not cost the whole setup"),
            ("a new admin", "try everything with sample data of a {}", "I can show it to my boss before we connect"),
            ("a consultant", "copy the setup from another customer", "the tenth setup takes a tenth of the time"),
            ("a new admin", "invite the colleague who has the {} password", "I need not ask for it by mail"),
        ],
        bugs: &[
            ("Step two forgets the {} address after Back", "What was typed is still there."),
            ("Setup cannot be finished in Firefox private windows", "It works without local storage."),
            ("The progress bar says 100 % before the last step", "It counts the steps that are done."),
        ],
        tasks: &[
            ("Measure the time from sign-up to first {} order", "The key result needs a number that nobody types in."),
            (
                "Replace the setup videos by pictures with captions",
                "Nobody watches them, and they cannot be translated.",
            ),
        ],
        spikes: &[("Watch five new customers set up their {}", "We guess where they get stuck; we should look.")],
        criteria: &[
            "Wrong credentials are refused with the provider's own message",
            "Every step can be left and taken up again",
            "The last step shows the first order that came in",
            "Keyboard alone is enough to finish",
            "No step asks for what an earlier step knew",
        ],
    },
    Theme {
        epic: "Import without surprises",
        purpose: "People trust an import when it tells them beforehand what it will do, and can be taken back.",
        subjects: &["product", "customer", "price list", "order", "supplier", "stock"],
        stories: &[
            ("an assistant", "see what an import of {} data will change", "I do not break the catalogue on a Friday"),
            (
                "an assistant",
                "learn why a row of the {} file was skipped",
                "I can correct the file instead of guessing",
            ),
            ("an assistant", "undo an import of {} data", "a wrong file is an annoyance and not a disaster"),
            ("an admin", "map columns of a {} file once and for all", "the weekly file needs no attention"),
            ("an assistant", "import a file with several sheets", "I need not cut it up by hand"),
            ("an admin", "import {} data every night from a folder", "nobody has to remember it"),
        ],
        bugs: &[
            ("Umlauts in the {} file become question marks", "The encoding is recognised, or asked for."),
            ("Import of a {} file stops at an empty row", "Empty rows are skipped and counted."),
            ("Numbers with a decimal comma lose their cents", "The file's own number format is used."),
        ],
        tasks: &[
            ("Keep the last ten {} files of a customer", "Support needs the file to understand what happened."),
            ("Split the importer into reading and writing", "A dry run must take exactly the same way."),
        ],
        spikes: &[(
            "Compare three ways to recognise a file's encoding",
            "One in twenty files comes with the wrong one.",
        )],
        criteria: &[
            "The dry run changes nothing and says so",
            "Each skipped row is named with its number and the reason",
            "An undo brings back exactly what was there",
            "A file of 50,000 rows is read in under a minute",
            "Unknown columns are kept and shown",
        ],
    },
    Theme {
        epic: "Exports people can rely on",
        purpose: "What leaves Orchard is complete, in a known order, and the same tomorrow.",
        subjects: &["order", "invoice", "stock", "customer", "sales", "tax"],
        stories: &[
            ("a bookkeeper", "keep the column order of the {} export", "my spreadsheet formulas go on working"),
            ("a bookkeeper", "export only {} data that is new", "I do not enter the same thing twice"),
            ("an analyst", "have the {} export sent to our bucket", "the dashboard is fresh every morning"),
            ("a bookkeeper", "get one file per month of {} data", "I can hand it to the tax adviser as it is"),
            ("an admin", "see who exported {} data", "we can answer when customers ask about their data"),
        ],
        bugs: &[
            (
                "The {} export leaves out the last day of the month",
                "It ends at midnight in the organisation's time zone.",
            ),
            ("Leading zeros of article numbers disappear", "Article numbers are written as text."),
            ("A large {} export ends in a blank page", "It is prepared in the background and sent when it is ready."),
        ],
        tasks: &[
            (
                "Write {} exports row by row instead of in memory",
                "Two customers have exports larger than our machines.",
            ),
            ("Describe every column of the {} export in the handbook", "Half of the questions about exports ask this."),
        ],
        spikes: &[("Ask bookkeepers which formats they still need", "DATEV is missed, EDIFACT perhaps not.")],
        criteria: &[
            "Columns stand in the order that was saved",
            "Cells that begin with = are written so that no spreadsheet runs them",
            "The file says when it was made and by whom",
            "An export of 100,000 rows does not slow others down",
        ],
    },
    Theme {
        epic: "Invoices in every currency",
        purpose: "Customers who sell abroad stop keeping a second spreadsheet for totals.",
        subjects: &["invoice", "credit note", "quote", "reminder", "receipt"],
        stories: &[
            ("a bookkeeper", "keep totals of an {} when the currency changes", "what was agreed is what is paid"),
            ("a bookkeeper", "see the rate an amount was converted at", "I can explain it to the auditor"),
            ("a seller", "write a {} in the customer's language", "it is paid without questions"),
            (
                "a bookkeeper",
                "round each line as the country demands",
                "the sum agrees with the tax return to the cent",
            ),
            ("a seller", "see open amounts in our own currency", "I know how much is at risk"),
        ],
        bugs: &[
            ("The total of a {} is off by a cent with three tax rates", "Tax is added up per rate and rounded once."),
            ("The currency sign overlaps the amount in the PDF", "Long amounts get a smaller type."),
            ("A {} in yen shows two decimals", "The currency says how many there are."),
        ],
        tasks: &[
            ("Fetch exchange rates from the central bank at noon", "The free service changes its terms at new year."),
            ("Store amounts of each {} as integers", "Floating point has cost us a cent too often."),
        ],
        spikes: &[("Find out what Switzerland asks of a QR {}", "Two prospects are waiting for it.")],
        criteria: &[
            "Totals agree with the sum of the printed lines",
            "The rate and its day stand on the document",
            "A change of currency asks before it recalculates",
            "Amounts are right for currencies without decimals",
        ],
    },
    Theme {
        epic: "Security that admins use",
        purpose: "Half of all accounts have no second factor, because it is a burden; make it none.",
        subjects: &["sign-in", "token", "session", "password", "device"],
        stories: &[
            (
                "an admin",
                "be reminded of colleagues without a second factor",
                "one weak account does not open the house",
            ),
            ("a member", "sign in with a passkey", "I have no password to forget"),
            ("an admin", "end every {} of a person who leaves", "nobody comes back with an old key"),
            ("an admin", "see an unusual {} the same day", "I can ask before it is too late"),
            ("a member", "recover my account with a colleague's help", "a lost phone costs an hour and not a week"),
        ],
        bugs: &[
            ("The reminder about a {} is sent to people on leave", "Absent people are left alone until they are back."),
            ("An expired {} shows a blank page", "It says what happened and resumes at the same place."),
        ],
        tasks: &[
            ("Raise the cost of the password hash", "It was chosen for the machines of five years ago."),
            ("Let an outsider test the {} pages", "The enterprise questionnaires ask for a report."),
        ],
        spikes: &[("Read what passkey recovery looks like elsewhere", "Every way we know is either weak or painful.")],
        criteria: &[
            "The reminder can be sent at most once a week",
            "Ending a session takes effect within a minute",
            "Each attempt stands in the audit trail",
            "Nothing reveals whether an address has an account",
        ],
    },
    Theme {
        epic: "Teams and who may do what",
        purpose: "Larger customers want to let a warehouse worker pick without letting them see prices.",
        subjects: &["warehouse", "sales", "bookkeeping", "support", "purchasing"],
        stories: &[
            ("an admin", "give the {} team rights of its own", "people see what they need and no more"),
            ("an admin", "see what a person in {} may do", "I can answer the auditor in a minute"),
            ("a team lead", "invite people into the {} team", "I do not wait for the admin"),
            ("an admin", "copy the rights of the {} team", "a second site is set up in a minute"),
            ("a member", "ask for a right that I miss", "I find out who can give it to me"),
        ],
        bugs: &[
            ("People of the {} team see purchase prices in search", "Search shows no field that the page hides."),
            ("A team without members cannot be deleted", "It can, after asking."),
        ],
        tasks: &[
            ("Check rights of the {} team in one place", "Three pages decide by themselves, and differ."),
            ("Write down every right in plain words", "The names in the code are not for people."),
        ],
        spikes: &[("Find out how many customers need rights per site", "It doubles the model; it should be worth it.")],
        criteria: &[
            "A hidden price is hidden in exports and search too",
            "The last admin cannot lose the right to administer",
            "A refused action names who may do it",
            "A change of rights works at once, without signing in again",
        ],
    },
    Theme {
        epic: "Audit trail that answers questions",
        purpose: "Who changed this, when, and what was there before: one page, for every object.",
        subjects: &["order", "price", "customer", "right", "setting", "stock"],
        stories: &[
            ("an auditor", "see who changed a {} and what it was before", "I need not interview half of the company"),
            ("an admin", "filter the trail by person and day", "I find the one change that matters"),
            ("an auditor", "export the trail of one {}", "I can keep it with my papers"),
            ("an admin", "bring a {} back to an earlier state", "a slip of the hand costs nothing"),
            ("an admin", "keep the trail for ten years", "we fulfil the law without printing"),
        ],
        bugs: &[
            ("The trail shows an id instead of the {}'s name", "It shows the name as it was at that time."),
            ("Two changes in the same second change places", "They are shown in the order they happened."),
        ],
        tasks: &[
            ("Write trail entries of a {} in the same transaction", "Some changes are there without an entry."),
            ("Move trail entries older than a year to cheap storage", "They are half of the database."),
        ],
        spikes: &[("Estimate what a signed trail would cost us", "One prospect in health care asks for it.")],
        criteria: &[
            "Each entry names the person, the time, before and after",
            "Entries cannot be changed, not even by us",
            "The page of one object opens in under a second",
            "What a person may not see is not in their trail",
        ],
    },
    Theme {
        epic: "Notifications worth reading",
        purpose: "People switch notifications off because there are too many; send fewer and better ones.",
        subjects: &["order", "delivery", "comment", "stock", "approval", "invoice"],
        stories: &[
            ("a member", "get one summary of {} news a day", "my inbox is for people"),
            ("a member", "mute {} news for a week", "I can concentrate on the stocktaking"),
            ("a team lead", "be told only when a {} needs me", "I trust that silence means all is well"),
            ("a member", "answer a {} by replying to the mail", "I need not sign in on my phone"),
            ("a member", "read on the phone what I missed", "the first coffee is enough to catch up"),
        ],
        bugs: &[
            ("News about a {} arrives after it was read on the page", "What was read is not sent."),
            ("Unsubscribe leads to the sign-in page", "One click is enough, signed in or not."),
        ],
        tasks: &[
            ("Send {} mail through the new provider", "The old one delays mail on Mondays."),
            ("Count how many {} notifications are opened", "What nobody opens should not be sent."),
        ],
        spikes: &[("Ask twenty people which news they delete unread", "We would rather remove than add.")],
        criteria: &[
            "No more than one mail per hour and person",
            "Every mail says why it was sent",
            "A muted subject stays muted on the phone too",
            "Times are those of the reader",
        ],
    },
    Theme {
        epic: "Picking on the phone",
        purpose: "Pickers walk with paper, and what they find is typed in the evening; the phone saves a shift a week.",
        subjects: &["shelf", "parcel", "pallet", "batch", "bin"],
        stories: &[
            ("a picker", "scan a {} without typing", "my hands stay free"),
            ("a picker", "go on picking without a network", "the cellar is no dead end"),
            ("a picker", "report a missing {} in two taps", "the office knows before the customer"),
            ("a shift lead", "see who works on which {}", "nobody picks the same thing twice"),
            ("a picker", "see the shortest way to the next {}", "I walk less and finish earlier"),
        ],
        bugs: &[
            ("The scanner reads a {} twice under bright light", "The same code counts once in two seconds."),
            ("The battery is empty after half a shift", "The screen sleeps between two scans."),
        ],
        tasks: &[
            ("Make the buttons for a {} large enough for gloves", "Half of the taps miss in winter."),
            ("Test on the three phones that most warehouses have", "They are older than ours."),
        ],
        spikes: &[("Spend a shift in a warehouse with a {} scanner", "None of us has picked an order in their life.")],
        criteria: &[
            "Works offline for a whole shift and syncs by itself",
            "A wrong scan is refused with a sound and a word",
            "Usable with one hand and with gloves",
            "Two people never get the same line",
        ],
    },
    Theme {
        epic: "Search that finds the order",
        purpose: "People call with half a name or a number read from a crumpled label; search must be forgiving.",
        subjects: &["order", "customer", "article", "invoice", "parcel"],
        stories: &[
            ("a support agent", "find a {} by part of its number", "the caller need not look for the paper"),
            ("a support agent", "find a {} although the name is misspelt", "I do not ask callers to spell"),
            ("a seller", "save a search for a {}", "my Monday list is one click away"),
            ("a support agent", "see the last {} a caller had", "I know what the call is about"),
            ("a seller", "search within the notes of a {}", "what was promised is found again"),
        ],
        bugs: &[
            ("A {} with an apostrophe in its name is not found", "It is found with and without."),
            ("Search for a {} forgets the filter on Back", "The address of the page holds the filter."),
        ],
        tasks: &[
            ("Rebuild the {} index without stopping search", "The last rebuild took search away for an hour."),
            ("Log what people search for and do not find", "The list would tell us what to do next."),
        ],
        spikes: &[("Try trigrams for {} numbers", "Customers read them to us with two digits swapped.")],
        criteria: &[
            "The first results stand there within 200 ms",
            "Archived things are found when asked for",
            "Nobody finds what they may not open",
            "A search without a result says what was searched",
        ],
    },
    Theme {
        epic: "Calm at month end",
        purpose: "On the last day of a month everything is slow; it is the day people judge us by.",
        subjects: &["report", "closing", "invoice run", "stocktaking", "reconciliation"],
        stories: &[
            ("a bookkeeper", "start the {} in the evening", "it is done when I come in"),
            ("a bookkeeper", "see how far the {} is", "I can tell my boss when it will be ready"),
            ("a bookkeeper", "stop a {} that I started by mistake", "I do not wait an hour for nothing"),
            ("an admin", "plan the {} outside of office hours", "the warehouse is not slowed down"),
        ],
        bugs: &[
            ("The {} stops when two people start it", "The second one is told that it is running."),
            ("Pages time out while the {} runs", "Long work does not hold what short work needs."),
        ],
        tasks: &[
            ("Move the {} to a read replica", "It takes three quarters of the database's time."),
            ("Add the index that the {} is missing", "One query reads the whole table, every time."),
        ],
        spikes: &[("Replay a month end of our largest customer", "We have never seen it happen from the inside.")],
        criteria: &[
            "Other pages answer in under 300 ms meanwhile",
            "The run can be stopped and taken up again",
            "A failed run says where, and changes nothing",
        ],
    },
    Theme {
        epic: DEBT,
        purpose: "What keeps the house standing and has no customer's name on it.",
        subjects: &["billing", "catalogue", "gateway", "scheduler", "mail", "portal"],
        stories: &[
            ("a developer", "run the {} tests in five minutes", "I do not lose the thread while I wait"),
            ("a developer", "start the {} with one command", "a new colleague is productive on the first day"),
            ("a developer", "see the {} errors of the last release", "I look there before customers write"),
        ],
        bugs: &[
            ("The {} build fails every other Monday", "A test depends on the day of the week."),
            ("The {} log fills the disk in debug mode", "Debug logs are cut at 100 MB."),
        ],
        tasks: &[
            ("Update the libraries of the {}", "Two have known holes that do not touch us yet."),
            ("Remove the old {} switch", "The new way is on for everybody since the spring."),
            ("Write down how the {} is restored from a backup", "The last person who knew is on parental leave."),
        ],
        spikes: &[("Find out why the {} needs a gigabyte of memory", "It doubled in a year and nobody knows why.")],
        criteria: &["The handbook says how", "The old way is gone from the code", "An alarm tells when it breaks"],
    },
];

/// Where or when a title holds; added when the plain title is taken.
pub const CIRCUMSTANCES: &[&str] = &[
    "on the phone",
    "for large customers",
    "in the second warehouse",
    "from the command line",
    "on the account page",
    "during stocktaking",
    "with two time zones",
    "while offline",
    "for partners",
    "in read-only mode",
    "after a change of plan",
    "when two people edit at once",
    "on a slow connection",
    "for archived records",
    "with a screen reader",
    "in the sandbox",
    "across several sites",
    "for seasonal staff",
    "after an import",
    "on the last day of a month",
    "with more than 1,000 lines",
    "in a shared inbox",
    "for the trial plan",
    "behind a company proxy",
    "when the provider is down",
    "for returning customers",
    "in the weekly summary",
    "on a tablet in landscape",
    "with keyboard only",
    "after midnight UTC",
    "for the northern region",
    "when stock is negative",
    "with a foreign address",
    "through the public API",
    "in the daily digest",
    "for drop shipments",
];
