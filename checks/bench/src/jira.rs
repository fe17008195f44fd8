//! A Jira export as large as asked for.

/// `rows` issues, with the columns such exports have: repeated ones, empty ones and long texts.
pub fn export(rows: usize) -> Vec<u8> {
    const KINDS: &[&str] = &["Story", "Bug", "Task", "Story", "Sub-task"];
    const STATES: &[(&str, &str)] =
        &[("To Do", "To Do"), ("In Progress", "In Progress"), ("Done", "Done"), ("Done", "Done")];
    const PEOPLE: &[&str] = &["ana.novak", "bea.kern", "carl.lund", "dina.mertens", "", "efe.okafor"];
    const WORDS: &[&str] = &[
        "order", "customer", "event", "invoice", "retry", "page", "import", "export", "stock", "queue", "carrier",
        "admin",
    ];
    let mut csv = String::from(
        "Summary,Issue key,Issue id,Issue Type,Status,Status Category,Project key,Project name,Priority,Assignee,Reporter,\
         Created,Updated,Resolved,Labels,Labels,Labels,Description,Environment,Custom field (Story Points),\
         Custom field (Team),Comment,Comment\n",
    );
    let word = |i: usize| WORDS[i % WORDS.len()];
    for n in 1..=rows {
        let kind = KINDS[n % KINDS.len()];
        let kind = if kind == "Sub-task" { "Task" } else { kind };
        let (state, category) = STATES[n % STATES.len()];
        let (day, month, hour) = (n % 27 + 1, ["Jan", "Feb", "Mar", "Apr", "May", "Jun"][n % 6], n % 11 + 1);
        let created = format!("{day:02}/{month}/26 {hour}:{:02} AM", n % 60);
        let updated = format!("{day:02}/{month}/26 {hour}:{:02} PM", n % 60);
        let resolved = if state == "Done" { updated.as_str() } else { "" };
        let assignee = PEOPLE[n % PEOPLE.len()];
        let title = format!("The {} of {} number {n} waits for the {}", word(n), word(n / 7), word(n / 3));
        let mut text = String::with_capacity(900);
        while text.len() < 800 {
            let k = n * 31 + text.len();
            text.push_str(&format!(
                "The {} keeps the {} \"{}\" of ORD{}.\n",
                word(k),
                word(k / 5),
                word(k / 11),
                k % 90_000
            ));
        }
        let text = text.replace('"', "\"\"");
        let points = if n % 3 == 0 { String::new() } else { format!("{}.0", n % 8 + 1) };
        let comment = match n % 4 {
            0 => format!("{created};{};Seen again with the {} today.", PEOPLE[1], word(n)),
            _ => String::new(),
        };
        csv.push_str(&format!(
            "{title},BEN-{n},{},{kind},{state},{category},BEN,Bench,Medium,{assignee},{},{created},{updated},{resolved},\
             {},,,\"{text}\",,{points},Team {},{comment},\n",
            10_000 + n,
            PEOPLE[n % 2],
            word(n),
            n % 3
        ));
    }
    csv.into_bytes()
}
