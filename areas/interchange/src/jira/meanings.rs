//! What the names of states, resolutions and issue types mean, in the languages Jira speaks.

use vocabulary::{Category, Kind};

#[rustfmt::skip]
const STATES: &[(Category, &[&str])] = &[
    (Category::Backlog, &[
        "backlog", "to do", "todo", "open", "new", "reopened", "to be done", "por hacer", "tareas por hacer", "pendiente",
        "abierto", "abierta", "do zrobienia", "otwarte", "nowe", "te doen", "cần làm", "việc cần làm",
        "phải làm", "mở", "לביצוע", "לעשות", "פתוח", "zu erledigen", "offen", "aufgaben", "à faire", "ouvert", "a fazer",
        "tarefas pendentes", "pendente", "aberto", "da fare", "da completare", "aperto", "к выполнению", "сделать",
        "открыт", "открыто", "открытый", "未着手", "作業前", "待办", "待处理", "打开", "idea", "ideas",
    ]),
    (Category::Ready, &[
        "ready", "ready for dev", "ready for development", "ready to start", "ready for work", "selected for development",
        "selected", "approved", "planned", "sprint ready", "listo", "listo para desarrollo", "seleccionado para desarrollo",
        "gotowe do pracy", "wybrane do realizacji", "wybrane do rozwoju", "geselecteerd voor ontwikkeling",
        "klaar voor ontwikkeling", "sẵn sàng", "מוכן לפיתוח", "bereit", "ausgewählt für entwicklung",
        "zur entwicklung ausgewählt", "prêt", "sélectionné pour le développement", "pronto para desenvolvimento",
        "selecionado para desenvolvimento", "selezionato per lo sviluppo", "выбрано для разработки",
        "готово к разработке", "選択済み", "选定进行开发", "准备就绪",
    ]),
    (Category::InProgress, &[
        "in progress", "in development", "development", "doing", "wip", "in work", "implementing", "blocked", "en curso",
        "en progreso", "en desarrollo", "w toku", "w trakcie", "w realizacji", "in behandeling", "bezig", "in uitvoering",
        "đang tiến hành", "đang thực hiện", "đang làm", "đang xử lý", "בתהליך", "בביצוע", "in arbeit", "in bearbeitung",
        "wird ausgeführt", "en cours", "em andamento", "em progresso", "em desenvolvimento", "in corso", "in lavorazione",
        "в работе", "в процессе", "в разработке", "進行中", "作業中", "进行中", "正在进行", "处理中",
    ]),
    (Category::InReview, &[
        "in review", "review", "code review", "peer review", "under review", "testing", "in testing", "in test", "test",
        "qa", "in qa", "ready for qa", "ready for test", "ready for testing", "ready for review", "ready to test", "uat",
        "verification", "validation", "en revisión", "en pruebas", "pruebas", "w recenzji", "w testach", "do sprawdzenia",
        "weryfikacja", "testy", "in beoordeling", "ter controle", "đang xem xét", "đang kiểm tra", "đang kiểm thử",
        "בבדיקה", "בסקירה", "in prüfung", "im review", "im test", "en revue", "en test", "en validation", "em revisão",
        "em análise", "em teste", "in revisione", "in verifica", "на проверке", "на ревью", "тестирование",
        "в тестировании", "レビュー中", "テスト中", "审核中", "评审中", "测试中", "待审核",
    ]),
    (Category::Done, &[
        "done", "closed", "resolved", "complete", "completed", "finished", "released", "deployed", "accepted", "fixed",
        "shipped", "hecho", "finalizado", "finalizada", "finalizados", "terminado", "terminada",
        "cerrado", "cerrada", "resuelto", "resuelta", "completado", "gotowe", "zrobione", "zamknięte", "ukończone",
        "rozwiązane", "zakończone", "gereed", "klaar", "voltooid", "gesloten", "opgelost", "hoàn thành", "đã xong", "xong",
        "đã hoàn thành", "đã đóng", "בוצע", "הושלם", "סגור", "נסגר", "fertig", "erledigt", "geschlossen",
        "abgeschlossen", "gelöst", "terminé", "terminée", "terminé(e)", "fermé", "résolu", "fini", "concluído", "concluída",
        "feito", "fechado", "resolvido", "itens concluídos", "completato", "completata", "fatto", "chiuso", "risolto",
        "готово", "выполнено", "закрыт", "закрыто", "решен", "решено", "сделано", "完了", "終了", "クローズ", "已完成",
        "完成", "关闭", "已关闭", "已解决",
    ]),
    (Category::Cancelled, &[
        "cancelled", "canceled", "won't do", "wont do", "won't fix", "wontfix", "will not do", "will not fix", "rejected",
        "declined", "abandoned", "obsolete", "discarded", "dropped", "duplicate", "duplicated", "invalid", "not a bug",
        "cannot reproduce", "can't reproduce", "incomplete", "not an issue", "withdrawn", "cancelado", "cancelada",
        "no se hará", "no se hace", "no se va a hacer", "no se realizará", "rechazado", "rechazada", "descartado",
        "duplicado", "duplicada", "anulowane", "odrzucone", "nie zostanie zrobione", "nie do zrobienia", "duplikat",
        "geannuleerd", "afgewezen", "wordt niet gedaan", "niet uitvoeren", "dubbel", "đã hủy", "hủy", "sẽ không làm",
        "không làm", "từ chối", "trùng lặp", "בוטל", "לא יבוצע", "נדחה", "כפול", "abgebrochen", "abgelehnt",
        "wird nicht erledigt", "nicht erledigt", "wird nicht gemacht", "annulé", "annulée", "rejeté",
        "ne sera pas fait", "non réalisé", "doublon", "não será feito", "não será realizado", "rejeitado", "annullato",
        "annullata", "non verrà eseguito", "non verrà fatto", "rifiutato", "duplicato", "отменено", "отменен", "отклонено",
        "отклонен", "не будет выполнено", "не будет сделано", "дубликат", "キャンセル", "対応しない", "却下", "重複", "取消",
        "已取消", "不做", "拒绝", "已拒绝", "重复",
    ]),
];

/// Parts of names that refine or, without a status category, decide.
#[rustfmt::skip]
const HINTS: &[(Category, &[&str])] = &[
    (Category::Cancelled, &["cancel", "won't", "reject", "abandon", "obsolet", "anulow", "annul"]),
    (Category::InReview, &["review", "test", "qa", "verif", "valid", "uat", "revis", "approval"]),
    (Category::Done, &["done", "closed", "complete", "released", "resolved", "finish"]),
    (Category::Ready, &["ready", "selected", "approved", "refined"]),
    (Category::InProgress, &["progress", "develop", "doing", "implement", "working", "research", "analysis", "design"]),
    (Category::Backlog, &["backlog", "to do", "todo", "open", "triage"]),
];

#[rustfmt::skip]
const KINDS: &[(Kind, &[&str])] = &[
    (Kind::Subtask, &[
        "subtask", "sub-task", "sub task", "subtarea", "podzadanie", "subtaak", "nhiệm vụ phụ", "nhiệm vụ con",
        "công việc con", "việc con", "תת-משימה", "תת משימה", "unteraufgabe", "teilaufgabe", "sous-tâche", "subtarefa",
        "sottotask", "sotto-attività", "подзадача", "サブタスク", "子任务", "子タスク",
    ]),
    (Kind::Epic, &["epic", "épica", "epica", "epik", "epika", "épico", "epos", "אפיק", "эпик", "エピック", "史诗", "长篇故事"]),
    (Kind::Bug, &[
        "bug", "defect", "error", "incident", "fault", "problem", "fallo", "incidente", "błąd", "fout", "storing", "lỗi",
        "sự cố", "באג", "תקלה", "שגיאה", "fehler", "störung", "bogue", "anomalie", "erreur", "erro", "defeito", "falha",
        "errore", "difetto", "ошибка", "дефект", "баг", "инцидент", "バグ", "不具合", "障害", "缺陷", "故障", "错误",
    ]),
    (Kind::Spike, &["spike", "research", "investigation", "investigación", "badanie", "onderzoek", "исследование", "スパイク"]),
    (Kind::Story, &[
        "story", "user story", "historia", "historia de usuario", "historyjka", "historyjka użytkownika", "opowieść",
        "verhaal", "gebruikersverhaal", "câu chuyện", "câu chuyện người dùng", "סיפור", "סיפור משתמש", "benutzergeschichte",
        "récit", "récit utilisateur", "histoire", "história", "história de usuário", "storia", "storia utente", "история",
        "пользовательская история", "ストーリー", "故事", "用户故事", "feature", "new feature", "improvement", "enhancement",
        "requirement", "nueva función", "nueva funcionalidad", "funcionalidad", "mejora", "nowa funkcjonalność", "usprawnienie",
        "nieuwe functie", "verbetering", "tính năng mới", "cải tiến", "תכונה חדשה", "שיפור", "neue funktion", "verbesserung",
        "nouvelle fonctionnalité", "amélioration", "novo recurso", "nova funcionalidade", "melhoria", "nuova funzionalità",
        "miglioramento", "новая функциональность", "улучшение", "新機能", "改善", "新功能", "改进",
    ]),
    (Kind::Task, &[
        "task", "tarea", "zadanie", "taak", "nhiệm vụ", "công việc", "tác vụ", "משימה", "aufgabe", "tâche", "tarefa",
        "attività", "compito", "задача", "タスク", "作業", "任务",
    ]),
];

pub fn kind(type_name: &str) -> Kind {
    let name = type_name.trim().to_lowercase();
    let exact = KINDS.iter().find(|(_, names)| names.contains(&name.as_str()));
    let found = exact.or_else(|| {
        KINDS.iter().find(|(_, names)| names.iter().any(|word| word.len() > 2 && contains_word(&name, word)))
    });
    found.map_or(Kind::Task, |(kind, _)| *kind)
}

/// A state's own name, then Jira's status category refined by the name, then a word within the name.
pub fn category(state: &str, status_category: Option<&str>) -> Option<Category> {
    let name = plain(state);
    if let Some(found) = exact(&name) {
        return Some(found);
    }
    let hint = HINTS.iter().find(|(_, words)| words.iter().any(|word| name.contains(word))).map(|(found, _)| *found);
    let broad = status_category.and_then(|found| exact(&plain(found)));
    match (broad, hint) {
        (Some(Category::Backlog), Some(Category::Ready)) => Some(Category::Ready),
        (Some(Category::InProgress), Some(Category::InReview)) => Some(Category::InReview),
        (Some(Category::Done), Some(Category::Cancelled)) => Some(Category::Cancelled),
        (Some(broad), _) => Some(broad),
        (None, hint) => hint,
    }
}

pub fn is_cancelling(resolution: &str) -> bool {
    exact(&plain(resolution)) == Some(Category::Cancelled)
}

fn exact(name: &str) -> Option<Category> {
    STATES.iter().find(|(_, names)| names.contains(&name)).map(|(category, _)| *category)
}

fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace('’', "'").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn contains_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_meaning() {
        let mut seen = std::collections::HashMap::new();
        for (category, names) in STATES {
            for name in *names {
                assert_eq!(plain(name), *name);
                assert_eq!(*seen.entry(*name).or_insert(category), category, "{name}");
            }
        }
        let mut seen = std::collections::HashMap::new();
        for (kind, names) in KINDS {
            for name in *names {
                assert_eq!(*seen.entry(*name).or_insert(kind), kind, "{name}");
            }
        }
    }

    #[test]
    fn kinds_by_name() {
        for (name, expected) in [
            ("Story", Kind::Story),
            ("QC Bug", Kind::Bug),
            ("Technical Task", Kind::Task),
            ("Sub-task", Kind::Subtask),
            ("Podzadanie", Kind::Subtask),
            ("Épica", Kind::Epic),
            ("Change request", Kind::Task),
            ("", Kind::Task),
        ] {
            assert_eq!(kind(name), expected, "{name}");
        }
    }

    #[test]
    fn categories_by_name_and_status_category() {
        for (state, fallback, expected) in [
            ("Done", Some("To Do"), Some(Category::Done)),
            ("Deploy", Some("Done"), Some(Category::Done)),
            ("Deploy", Some("In Progress"), Some(Category::InProgress)),
            ("Awaiting QA sign-off", Some("In Progress"), Some(Category::InReview)),
            ("Dev Done", Some("In Progress"), Some(Category::InProgress)),
            ("Cancelled by customer", Some("Done"), Some(Category::Cancelled)),
            ("Ready for estimation", Some("To Do"), Some(Category::Ready)),
            ("W toku", None, Some(Category::InProgress)),
            ("Hecho", None, Some(Category::Done)),
            ("Dev in progress", None, Some(Category::InProgress)),
            ("Impedimento", None, None),
        ] {
            assert_eq!(category(state, fallback), expected, "{state}");
        }
        assert!(is_cancelling("Won’t Do") && !is_cancelling("Done"));
    }
}
