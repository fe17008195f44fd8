use crate::admins_only;
use crate::person::{PersonState, account};
use access::{Changes, Cx, Event, Fault, WhoDecides};
use object::{PersonRef, Product};
use serde::{Deserialize, Serialize};
use store::{StoreError, args};
use utoipa::ToSchema;
use vocabulary::*;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProductRow {
    pub id: ProductId,
    pub key: ProductKey,
    pub name: String,
    pub version: i64,
}

impl From<Product> for ProductRow {
    fn from(product: Product) -> Self {
        let Product { id, key, name, ordinal: _, version } = product;
        Self { id, key, name, version }
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProduct {
    pub key: ProductKey,
    pub name: Label,
    /// What its maker is in it; product manager and product owner unless said.
    pub roles: Option<Vec<Role>>,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProductPatch {
    pub name: Label,
}

/// A person with their roles in a product.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Member {
    pub person: PersonRef,
    /// For admins, who know people by it.
    pub email: Option<String>,
    pub state: PersonState,
    pub roles: Vec<Role>,
    /// Where in the company a stakeholder stands.
    pub department: Option<Department>,
}

/// The workflow a product starts with.
const WORKFLOW: &[(&str, Category)] = &[
    ("Backlog", Category::Backlog),
    ("Ready", Category::Ready),
    ("In progress", Category::InProgress),
    ("In review", Category::InReview),
    ("Done", Category::Done),
    ("Cancelled", Category::Cancelled),
];

/// The products one is a member of; for admins all of them.
pub fn list_products(cx: &Cx<'_>) -> Result<Vec<ProductRow>, Fault> {
    let all: Vec<Product> =
        cx.rows("SELECT id, key, name, ordinal, version FROM product ORDER BY key LIMIT 5000", args![])?;
    Ok(all.into_iter().filter(|p| cx.actor.admin || cx.actor.sees(p.id)).map(ProductRow::from).collect())
}

/// A product one is a member of, or any for admins, who give its roles.
pub fn product(cx: &Cx<'_>, name: &ProductName) -> Result<Product, Fault> {
    let found = match name {
        ProductName::Id(id) => {
            cx.maybe("SELECT id, key, name, ordinal, version FROM product WHERE id = $1", args![*id])?
        }
        ProductName::Key(key) => {
            cx.maybe("SELECT id, key, name, ordinal, version FROM product WHERE key = $1", args![key])?
        }
    };
    found.filter(|p: &Product| cx.actor.admin || cx.actor.sees(p.id)).ok_or(Fault::not_found("product"))
}

pub fn create_product(cx: &Cx<'_>, new: &NewProduct) -> Result<Product, Fault> {
    admins_only(cx)?;
    crate::take_turn(cx)?;
    let taken: Option<(ProductId,)> = cx.maybe("SELECT id FROM product WHERE key = $1", args![&new.key])?;
    if taken.is_some() {
        return Err(Fault::broken("key-taken", format!("There is a product with the key {} already.", new.key)));
    }
    // The organisation's counter gives every product its number, so none is given twice.
    let counted: Option<(i64,)> = cx.returning(
        "UPDATE scope_counter SET number = number + 1 WHERE scope_id = $1 RETURNING number",
        args![cx.actor.organisation],
    )?;
    let (ordinal,) = counted.ok_or(Fault::not_found("organisation"))?;
    let product =
        Product { id: ProductId::new(), key: new.key.clone(), name: new.name.to_string(), ordinal, version: 1 };
    cx.exec(
        "INSERT INTO product (id, key, name, ordinal, version, created_at, who_decides) VALUES ($1, $2, $3, $4, 1, $5, $6)",
        args![product.id, &product.key, &product.name, ordinal, cx.now, WhoDecides::default().stored()],
    )?;
    cx.exec("INSERT INTO scope_counter (scope_id, seq, number) VALUES ($1, 0, 0)", args![product.id])?;
    for (position, (name, category)) in WORKFLOW.iter().enumerate() {
        cx.exec(
            "INSERT INTO workflow_state (product_id, name, category, position) VALUES ($1, $2, $3, $4)",
            args![product.id, *name, *category, position],
        )?;
    }
    let changes = Changes::new().set("key", &product.key).set("name", &product.name);
    record(cx, &product, "created", changes)?;
    if let Some(maker) = cx.person() {
        let both = [Role::ProductManager, Role::ProductOwner];
        let (_, changes) = give(cx, &product, maker, new.roles.as_deref().unwrap_or(&both), None)?;
        record(cx, &product, "gave roles", changes)?;
    }
    Ok(product)
}

pub(crate) fn rename(
    cx: &Cx<'_>,
    name: &ProductName,
    expected: i64,
    patch: &ProductPatch,
) -> Result<ProductRow, Fault> {
    let id = product(cx, name)?.id;
    admins_only(cx)?;
    access::take_turn(cx, id.0)?;
    let product = product(cx, &id.into())?;
    if product.version != expected {
        let current_version = product.version;
        let current = serde_json::to_value(ProductRow::from(product)).map_err(|e| StoreError::Other(e.to_string()))?;
        return Err(Fault::Stale { expected, current_version, current: Box::new(current) });
    }
    cx.exec("UPDATE product SET name = $1, version = $2 WHERE id = $3", args![&patch.name, expected + 1, product.id])?;
    let renamed = Product { name: patch.name.to_string(), version: expected + 1, ..product.clone() };
    record(cx, &renamed, "renamed", Changes::new().field("name", &product.name, &renamed.name))?;
    Ok(renamed.into())
}

/// Who holds which role.
pub fn list_members(cx: &Cx<'_>, product: ProductId) -> Result<Vec<Member>, Fault> {
    let rows: Vec<(PersonId, String, String, PersonState, Role, Option<Department>)> = cx.rows(
        "SELECT p.id, p.name, p.email, p.state, m.role, m.department FROM member m JOIN person p ON p.id = m.person_id
         WHERE m.product_id = $1 ORDER BY p.name, p.id, m.role LIMIT 10000",
        args![product],
    )?;
    let mut members: Vec<Member> = Vec::new();
    for (id, name, email, state, role, department) in rows {
        match members.last_mut().filter(|last| last.person.id == id) {
            Some(last) => {
                last.roles.push(role);
                last.department = last.department.or(department);
            }
            None => members.push(Member {
                person: PersonRef { id, initials: initials(&name), name },
                email: cx.actor.admin.then_some(email),
                state,
                roles: vec![role],
                department,
            }),
        }
    }
    for member in &mut members {
        member.roles.sort_unstable();
    }
    Ok(members)
}

/// Gives a person exactly these roles in a product; none makes them no member. A stakeholder keeps the department.
pub fn set_roles(cx: &Cx<'_>, product: &Product, person: PersonId, roles: &[Role]) -> Result<Member, Fault> {
    set_member(cx, product, person, roles, None)
}

/// [`set_roles`], with the department of a stakeholder where it is said. Who holds which role is part of the product's
/// version.
pub fn set_member(
    cx: &Cx<'_>,
    product: &Product,
    person: PersonId,
    roles: &[Role],
    department: Option<Option<Department>>,
) -> Result<Member, Fault> {
    admins_only(cx)?;
    access::take_turn(cx, product.id.0)?;
    let product = self::product(cx, &product.id.into())?;
    object::at_if_match(cx, &product)?;
    let (member, changes) = give(cx, &product, person, roles, department)?;
    let product = Product { version: product.version + 1, ..product };
    cx.exec("UPDATE product SET version = $1 WHERE id = $2", args![product.version, product.id])?;
    record(cx, &product, "gave roles", changes)?;
    Ok(member)
}

/// Stores the roles of a person; the event is the caller's.
fn give(
    cx: &Cx<'_>,
    product: &Product,
    person: PersonId,
    roles: &[Role],
    department: Option<Option<Department>>,
) -> Result<(Member, Changes), Fault> {
    let account = account(cx, person)?;
    if account.state == PersonState::Revoked && !roles.is_empty() {
        return Err(Fault::broken("revoked", "This person may no longer come in and can hold no role."));
    }
    let held: Vec<(Role, Option<Department>)> = cx.rows(
        "SELECT role, department FROM member WHERE product_id = $1 AND person_id = $2",
        args![product.id, person],
    )?;
    let before: Vec<Role> = Role::ALL.iter().copied().filter(|role| held.iter().any(|row| row.0 == *role)).collect();
    let after: Vec<Role> = Role::ALL.iter().copied().filter(|role| roles.contains(role)).collect();
    let stands = held.iter().find_map(|(_, department)| *department);
    let stakeholder = after.contains(&Role::Stakeholder);
    if department.flatten().is_some() && !stakeholder {
        return Err(Fault::invalid("department", "A department is a stakeholder's; give that role as well."));
    }
    let department = department.unwrap_or(stands).filter(|_| stakeholder);
    cx.exec("DELETE FROM member WHERE product_id = $1 AND person_id = $2", args![product.id, person])?;
    for role in &after {
        cx.exec(
            "INSERT INTO member (product_id, person_id, role, department) VALUES ($1, $2, $3, $4)",
            args![product.id, person, *role, department.filter(|_| *role == Role::Stakeholder)],
        )?;
    }
    let named = |roles: &[Role]| roles.iter().map(|role| role.noun()).collect::<Vec<_>>().join(", ");
    let changes = Changes::new().set("person", &account.name).field("roles", &named(&before), &named(&after)).field(
        "department",
        &stands,
        &department,
    );
    let member = Member {
        person: PersonRef { id: person, initials: initials(&account.name), name: account.name },
        email: Some(account.email),
        state: account.state,
        roles: after,
        department,
    };
    Ok((member, changes))
}

fn record(cx: &Cx<'_>, product: &Product, verb: &str, changes: Changes) -> Result<(), Fault> {
    access::record(cx, Event { scope: product.id.0, verb, object: None, version: product.version, changes })?;
    Ok(())
}
