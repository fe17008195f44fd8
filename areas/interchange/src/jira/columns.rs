//! Header to field, in the languages Jira speaks. A header no one knows is kept as a custom value, never guessed.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportField)]
pub enum Field {
    Summary,
    IssueKey,
    IssueId,
    IssueType,
    Status,
    StatusCategory,
    Priority,
    Resolution,
    Assignee,
    Reporter,
    Created,
    Updated,
    Resolved,
    DueDate,
    FixVersions,
    Labels,
    Components,
    Sprint,
    StoryPoints,
    Description,
    Comment,
    Parent,
    EpicLink,
    InwardLink,
    OutwardLink,
}

impl Field {
    pub fn is_date(self) -> bool {
        matches!(self, Field::Created | Field::Updated | Field::Resolved | Field::DueDate)
    }
}

/// Every name is lower case and single-spaced, as [`normal`] makes it.
#[rustfmt::skip]
const NAMES: &[(Field, &[&str])] = &[
    (Field::Summary, &[
        "summary", "resumen", "podsumowanie", "samenvatting", "tóm tắt", "תקציר", "סיכום", "zusammenfassung", "résumé",
        "resumo", "riepilogo", "тема", "резюме", "要約", "概要", "摘要", "概括",
    ]),
    (Field::IssueKey, &[
        "issue key", "key", "work item key", "clave de incidencia", "clave de la incidencia", "clave",
        "clave de actividad", "klucz zgłoszenia", "klucz", "issuesleutel", "sleutel issue", "sleutel van issue",
        "sleutel", "itemsleutel", "khóa vấn đề", "mã vấn đề", "khóa", "khóa sự cố", "mã khóa", "khóa hạng mục công việc",
        "מפתח בעיה", "מפתח הבעיה", "מפתח", "מפתח פריט", "vorgangsschlüssel", "schlüssel", "vorgang-schlüssel",
        "clé de ticket", "clé du ticket", "clé de demande", "clé", "clef", "chave da item", "chave do item",
        "chave da issue", "chave da pendência", "chave do problema", "chave", "chiave ticket", "chiave del ticket",
        "chiave segnalazione", "chiave", "ключ проблемы", "ключ задачи", "ключ запроса", "ключ", "課題キー", "キー",
        "作業項目キー", "问题关键字", "问题键", "问题密钥", "事务密钥", "密钥", "关键字",
    ]),
    (Field::IssueId, &[
        "issue id", "work item id", "id de la incidencia", "id de incidencia", "id. zgłoszenia", "id zgłoszenia",
        "identyfikator zgłoszenia", "issue-id", "id van issue", "id vấn đề", "id sự cố", "id hạng mục công việc",
        "מזהה בעיה", "מזהה הבעיה", "vorgangs-id", "vorgang-id", "id du ticket", "id de ticket", "id de demande",
        "id da item", "id do item", "id da issue", "id da pendência", "id ticket", "id del ticket", "id segnalazione",
        "id проблемы", "id задачи", "идентификатор проблемы", "код проблемы", "課題 id", "課題id", "问题 id", "问题id",
        "事务 id",
    ]),
    (Field::IssueType, &[
        "issue type", "work type", "tipo de incidencia", "tipo de actividad", "typ zgłoszenia", "issuetype",
        "issue-type", "type issue", "type werk", "loại vấn đề", "loại sự cố", "loại công việc", "סוג בעיה", "סוג הבעיה",
        "סוג", "vorgangstyp", "type de ticket", "type de demande", "type de tâche", "tipo de item", "tipo de issue",
        "tipo de pendência", "tipo de problema", "tipo ticket", "tipo di ticket", "tipo segnalazione", "тип задачи",
        "тип запроса", "тип проблемы", "課題タイプ", "作業タイプ", "问题类型", "事务类型",
    ]),
    (Field::Status, &[
        "status", "estado", "trạng thái", "סטטוס", "מצב", "statut", "état", "situação", "stato", "статус", "состояние",
        "ステータス", "状态",
    ]),
    (Field::StatusCategory, &[
        "status category", "categoría de estado", "kategoria statusu", "kategoria stanu", "statuscategorie",
        "danh mục trạng thái", "loại trạng thái", "קטגוריית סטטוס", "קטגוריית מצב", "statuskategorie",
        "catégorie d'état", "catégorie de statut", "categoria do status", "categoria de status", "categoria dello stato",
        "categoria stato", "категория статуса", "категория состояния", "ステータス カテゴリ", "ステータスカテゴリ",
        "ステータス カテゴリー", "状态类别", "状态分类",
    ]),
    (Field::Priority, &[
        "priority", "prioridad", "priorytet", "prioriteit", "mức độ ưu tiên", "độ ưu tiên", "ưu tiên", "עדיפות",
        "priorität", "priorité", "prioridade", "priorità", "приоритет", "優先度", "优先级",
    ]),
    (Field::Resolution, &[
        "resolution", "resolución", "rozwiązanie", "oplossing", "giải pháp", "cách giải quyết", "hướng giải quyết",
        "פתרון", "החלטה", "lösung", "résolution", "resolução", "risoluzione", "решение", "резолюция", "解決状況", "解決方法",
        "解决结果", "解决方案",
    ]),
    (Field::Assignee, &[
        "assignee", "persona asignada", "responsable", "asignado", "asignado a", "osoba przypisana", "przypisany",
        "osoba odpowiedzialna", "toegewezen persoon", "toegewezen aan", "uitvoerder", "người được giao",
        "người được phân công", "người thực hiện", "אחראי", "מוקצה", "מוקצה ל", "מקבל ההקצאה", "zugewiesene person",
        "bearbeiter", "zugewiesen an", "bearbeiter/in", "attribution", "personne assignée", "responsável", "assegnatario",
        "исполнитель", "ответственный", "担当者", "経办人", "经办人",
    ]),
    (Field::Reporter, &[
        "reporter", "informador", "informante", "zgłaszający", "osoba zgłaszająca", "melder", "rapporteur",
        "người báo cáo", "người tạo báo cáo", "מדווח", "autor", "ersteller der meldung", "berichterstatter", "auteur",
        "relator", "segnalatore", "creatore della segnalazione", "автор", "報告者", "报告人",
    ]),
    (Field::Created, &[
        "created", "creada", "creado", "fecha de creación", "utworzono", "utworzone", "data utworzenia", "aangemaakt",
        "gemaakt", "đã tạo", "ngày tạo", "được tạo", "נוצר", "נוצרה", "erstellt", "création", "créé", "créée",
        "date de création", "criado", "criada", "creato", "creata", "data creazione", "создано", "создана",
        "дата создания", "作成日", "作成", "作成日時", "创建日期", "已创建", "创建时间",
    ]),
    (Field::Updated, &[
        "updated", "actualizada", "actualizado", "fecha de actualización", "zaktualizowano", "zaktualizowane",
        "data aktualizacji", "bijgewerkt", "đã cập nhật", "ngày cập nhật", "cập nhật", "עודכן", "עודכנה", "aktualisiert",
        "mise à jour", "mis à jour", "atualizado", "atualizada", "aggiornato", "aggiornata", "data aggiornamento",
        "обновлено", "обновлена", "更新日", "更新", "更新日時", "已更新", "更新日期", "更新时间",
    ]),
    (Field::Resolved, &[
        "resolved", "resolution date", "resuelta", "resuelto", "fecha de resolución", "rozwiązano", "rozwiązane",
        "data rozwiązania", "opgelost", "đã giải quyết", "ngày giải quyết", "נפתר", "נפתרה", "erledigt", "gelöst", "résolu",
        "résolue", "resolvido", "resolvida", "risolto", "risolta", "решено", "решенные", "дата решения",
        "解決日", "解決済み", "已解决", "解决日期",
    ]),
    (Field::DueDate, &[
        "due date", "due", "fecha de vencimiento", "vencimiento", "termin", "data wykonania", "termin wykonania",
        "vervaldatum", "einddatum", "ngày đến hạn", "ngày hết hạn", "hạn chót", "תאריך יעד",
        "fälligkeitsdatum", "fällig am", "fälligkeit", "date d'échéance", "échéance", "data limite", "data de entrega",
        "data para ficar pronto", "data di scadenza", "scadenza", "срок исполнения", "срок", "дата выполнения", "期限",
        "期日", "到期日", "到期日期", "截止日期",
    ]),
    (Field::FixVersions, &[
        "fix versions", "fix version", "fix version/s", "fixversions", "versiones corregidas", "versión corregida",
        "versiones de corrección", "corregir versiones", "wersje poprawki", "wersja poprawki", "wersje naprawcze",
        "wersja naprawy", "oplossingsversies", "oplossing versies", "herstelversies", "versies met oplossing",
        "phiên bản sửa lỗi", "phiên bản khắc phục", "sửa các phiên bản", "גרסאות תיקון", "תקן גרסאות", "lösungsversionen",
        "lösungsversion", "lösungsversion(en)", "versions corrigées", "version(s) corrigée(s)", "version corrigée",
        "versions de correction", "versões corrigidas", "versões de correção", "corrigir versões", "versioni di correzione",
        "correggi versioni", "versioni corrette", "исправить в версиях", "исправить в версии", "версии исправления",
        "исправлено в версиях", "修正バージョン", "修复版本", "修复的版本", "解决版本",
    ]),
    (Field::Labels, &[
        "labels", "label", "etiquetas", "etykiety", "nhãn", "תוויות", "תגיות", "stichwörter", "stichworte", "étiquettes",
        "rótulos", "etichette", "метки", "ラベル", "标签", "標籤",
    ]),
    (Field::Components, &[
        "components", "component", "component/s", "componentes", "componente/s", "komponenty", "onderdelen", "componenten",
        "thành phần", "cấu phần", "רכיבים", "komponenten", "komponente(n)", "composants", "composant(s)", "componenti",
        "компоненты", "コンポーネント", "组件", "模块",
    ]),
    (Field::Sprint, &["sprint", "sprints", "ספרינט", "спринт", "スプリント", "冲刺", "chạy nước rút"]),
    (Field::StoryPoints, &[
        "story points", "story point", "story point estimate", "story points estimate", "puntos de historia",
        "estimación de puntos de historia", "punkty historii", "szacowana liczba punktów historii", "storypunten",
        "verhaalpunten", "schatting van storypunten", "điểm câu chuyện", "điểm story", "נקודות סיפור",
        "הערכת נקודות סיפור", "story-points", "story-point-schätzung", "points de story", "points de récit",
        "estimation des points de story", "pontos de história", "estimativa de pontos da história", "punti storia",
        "стори поинты", "очки истории", "оценка в story point", "ストーリー ポイント", "ストーリーポイント",
        "ストーリー ポイント見積もり", "故事点", "故事点数", "故事点估算",
    ]),
    (Field::Description, &[
        "description", "descripción", "opis", "beschrijving", "omschrijving", "mô tả", "תיאור", "beschreibung",
        "descrição", "descrizione", "описание", "説明", "描述",
    ]),
    (Field::Comment, &[
        "comment", "comments", "comentario", "comentarios", "komentarz", "komentarze", "opmerking", "opmerkingen",
        "reactie", "reacties", "bình luận", "nhận xét", "הערה", "הערות", "תגובה", "kommentar", "kommentare", "commentaire",
        "commentaires", "comentário", "comentários", "commento", "commenti", "комментарий", "комментарии", "コメント",
        "评论", "备注",
    ]),
    (Field::Parent, &[
        "parent", "parent id", "parent key", "principal", "clave principal", "id principal", "id del principal",
        "elemento principal", "element nadrzędny", "klucz elementu nadrzędnego", "id elementu nadrzędnego", "bovenliggend",
        "bovenliggende", "bovenliggend item", "bovenliggende sleutel", "bovenliggende id", "id van bovenliggende", "mục cha",
        "cha", "khóa mục cha", "khóa cha", "id mục cha", "id cha", "הורה", "אב", "פריט אב", "מפתח אב", "מזהה אב", "מפתח הורה",
        "מזהה הורה", "übergeordnet", "übergeordneter vorgang", "übergeordnetes element", "übergeordneter schlüssel",
        "übergeordnete id", "elternteil", "parent-id", "clé parente", "id parent", "clé du parent", "pai", "chave pai",
        "id pai", "principal id", "chave principal", "padre", "chiave padre", "id padre", "principale",
        "chiave principale", "родитель", "родительский элемент", "родительская задача", "ключ родителя", "id родителя", "親",
        "親キー", "親 id", "父级", "父任务", "父级密钥", "父级 id",
    ]),
    (Field::EpicLink, &[
        "epic link", "enlace de épica", "enlace de la épica", "vínculo de las épicas", "vínculo de épica", "vínculo épico",
        "łącze do epika", "link do epika", "epic-koppeling", "epickoppeling", "liên kết epic", "קישור אפי", "קישור epic",
        "epic-verknüpfung", "epos-verknüpfung", "lien d'epic", "lien de l'epic", "lien épique", "link do épico",
        "link épico", "link epic", "link epico", "ссылка на эпик", "ссылка на epic", "エピックリンク", "エピック リンク",
        "史诗链接", "长篇故事链接",
    ]),
];

#[rustfmt::skip]
const CUSTOM_FIELD: &[&str] = &[
    "custom field", "campo personalizado", "pole niestandardowe", "pole własne", "aangepast veld", "trường tùy chỉnh",
    "trường tuỳ chỉnh", "שדה מותאם אישית", "benutzerdefiniertes feld", "champ personnalisé", "champs personnalisés",
    "campo personalizzato", "пользовательское поле", "настраиваемое поле", "カスタム フィールド", "カスタムフィールド", "自定义字段",
    "自定义域",
];

#[rustfmt::skip]
const INWARD: &[&str] = &[
    "inward issue link", "inward work item link", "enlace de incidencia de entrada", "vínculo de incidencia de entrada",
    "enlace de incidencia entrante", "vínculo de incidencia entrante", "przychodzące łącze zgłoszenia",
    "powiązanie przychodzące", "inkomende issuekoppeling", "binnenkomende issuekoppeling", "liên kết vấn đề đến",
    "liên kết vấn đề hướng vào", "קישור בעיה נכנס", "קישור בעיה פנימי", "eingehende vorgangsverknüpfung",
    "vorgangsverknüpfung eingehend", "lien de ticket entrant", "lien entrant", "link de item de entrada",
    "link de entrada", "collegamento ticket in entrata", "collegamento in entrata", "входящая ссылка на задачу",
    "входящая связь", "内向き課題リンク", "内部へのリンク", "传入问题链接", "内向问题链接",
];

#[rustfmt::skip]
const OUTWARD: &[&str] = &[
    "outward issue link", "outward work item link", "enlace de incidencia de salida", "vínculo de incidencia de salida",
    "enlace de incidencia saliente", "vínculo de incidencia saliente", "wychodzące łącze zgłoszenia",
    "powiązanie wychodzące", "uitgaande issuekoppeling", "liên kết vấn đề đi", "liên kết vấn đề hướng ra",
    "קישור בעיה יוצא", "קישור בעיה חיצוני", "ausgehende vorgangsverknüpfung", "vorgangsverknüpfung ausgehend",
    "lien de ticket sortant", "lien sortant", "link de item de saída", "link de saída", "collegamento ticket in uscita",
    "collegamento in uscita", "исходящая ссылка на задачу", "исходящая связь", "外向き課題リンク", "外部へのリンク",
    "传出问题链接", "外向问题链接",
];

/// Changes whenever someone opens the issue, so it says nothing about whether the issue changed.
#[rustfmt::skip]
const VOLATILE: &[&str] = &[
    "last viewed", "último visto", "visto por última vez", "última visualización", "ostatnio oglądano",
    "ostatnio wyświetlane", "laatst bekeken", "xem lần cuối", "lần xem cuối", "נצפה לאחרונה", "zuletzt angesehen",
    "dernière consultation", "última exibição", "visto pela última vez", "ultima visualizzazione",
    "последний просмотр", "最終閲覧日", "最終表示", "上次查看", "最近查看",
];

/// What a header means, or nothing when it is none of Jira's usual fields.
pub fn field(header: &str) -> Option<Field> {
    let header = normal(header);
    known(&header).or_else(|| {
        let (before, inside) = bracketed(&header)?;
        if CUSTOM_FIELD.contains(&before) {
            known(inside)
        } else if INWARD.contains(&before) {
            Some(Field::InwardLink)
        } else if OUTWARD.contains(&before) {
            Some(Field::OutwardLink)
        } else {
            None
        }
    })
}

/// The type in `Inward issue link (Blocks)`, as written.
pub fn link_type(header: &str) -> &str {
    bracketed(header).map_or(header.trim(), |(_, inside)| inside)
}

pub fn is_volatile(header: &str) -> bool {
    VOLATILE.contains(&normal(header).as_str())
}

fn known(name: &str) -> Option<Field> {
    NAMES.iter().find(|(_, names)| names.contains(&name)).map(|(field, _)| *field)
}

fn bracketed(header: &str) -> Option<(&str, &str)> {
    let (before, inside) = header.trim().strip_suffix([')', '）'])?.split_once(['(', '（'])?;
    Some((before.trim(), inside.trim()))
}

/// Lower case, single spaces, no marks of writing direction, straight apostrophes.
fn normal(header: &str) -> String {
    let mut out = String::with_capacity(header.len());
    for word in header.split(|c: char| c.is_whitespace()).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        for c in word.chars().flat_map(char::to_lowercase) {
            match c {
                '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
                '’' => out.push('\''),
                c => out.push(c),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_normal_and_mean_one_field() {
        let mut seen = std::collections::HashMap::new();
        for (field, names) in NAMES {
            for name in *names {
                assert_eq!(normal(name), *name);
                assert_eq!(*seen.entry(*name).or_insert(field), field, "{name}");
            }
        }
        for name in [CUSTOM_FIELD, INWARD, OUTWARD, VOLATILE].concat() {
            assert_eq!(normal(name), name);
        }
    }

    #[test]
    fn headers_of_every_shape() {
        for (header, expected) in [
            (" \u{feff}SUMMARY ", Some(Field::Summary)),
            ("Component/s", Some(Field::Components)),
            ("Custom field (Story point estimate)", Some(Field::StoryPoints)),
            ("Campo personalizado (Story Points)", Some(Field::StoryPoints)),
            ("Custom field (Epic Link)", Some(Field::EpicLink)),
            ("Inward issue link (Cloners (old))", Some(Field::InwardLink)),
            ("Outward issue link (is  blocked by)", Some(Field::OutwardLink)),
            ("Parent key", Some(Field::Parent)),
            ("Parent summary", None),
            ("Epic Name", None),
            ("Custom field (Epic Link Summary)", None),
            ("Custom field (Issue Link Count)", None),
            ("Σ Story Points", None),
            ("Time Spent", None),
            ("Watchers", None),
            ("Klucz zgłoszenia", Some(Field::IssueKey)),
            ("Samenvatting", Some(Field::Summary)),
            ("Loại vấn đề", Some(Field::IssueType)),
            ("\u{200f}תקציר", Some(Field::Summary)),
            ("Ключ проблемы", Some(Field::IssueKey)),
            ("課題キー", Some(Field::IssueKey)),
        ] {
            assert_eq!(field(header), expected, "{header}");
        }
        assert_eq!(link_type("Inward issue link (Cloners (old))"), "Cloners (old)");
        assert!(is_volatile("Last Viewed"));
    }
}
