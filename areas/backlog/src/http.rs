use crate::acceptance::{AcceptItem, JudgeCriterion, ReturnItem, WithdrawAcceptance};
use crate::criteria::{AddCriterion, EditCriterion, RemoveCriterion, item_of};
use crate::exempt::{ExemptBudget, SetExemptBudgets, exempt_budgets};
use crate::item::{Assignee, Filter, Item, ItemPage, Row, Within, item, list, named, row};
use crate::order::{Place, RankItem};
use crate::progress::{EstimateItem, MoveItem};
use crate::workflow::{SetWorkflow, WorkflowState, states};
use crate::write::{AddItem, EditItem};
use access::{Cx, Fault};
use axum::extract::FromRef;
use object::{Product, carry_out};
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use vocabulary::*;
use web::{Answer, Body, House, Op, Page, Path, Query, Rows};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ItemQuery {
    /// States by name, comma-separated.
    state: Option<String>,
    /// Categories, comma-separated.
    category: Option<String>,
    /// Kinds, comma-separated.
    kind: Option<String>,
    /// A person's id, `me`, or `nobody`.
    assignee: Option<String>,
    /// A team's id, or `none` for items that are no team's own.
    team: Option<String>,
    /// A sprint's id, or `none` for items in no sprint.
    sprint: Option<String>,
    /// A release's id, or `none` for items in no release.
    release: Option<String>,
    /// An epic's or story's id, or `none` for items that are part of nothing.
    parent: Option<String>,
    /// Only open items, or only finished and cancelled ones.
    open: Option<bool>,
    /// Only accepted items, or only those that are not.
    accepted: Option<bool>,
    /// Only items that have a why, or only those that have none.
    has_why: Option<bool>,
    /// Only items that are put away; they are in no other list.
    archived: Option<bool>,
    /// Words the title or the text holds.
    #[param(max_length = 500)]
    q: Option<String>,
    /// Only these items, comma-separated ids; at most 200, all on one page. `q` does not count then.
    ids: Option<String>,
    /// At most so many rows; 50 unless said, 1,000 at most.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

fn several<T: FromStr<Err: ToString>>(field: &str, text: Option<&str>) -> Result<Vec<T>, Fault> {
    text.into_iter()
        .flat_map(|text| text.split(','))
        .filter(|piece| !piece.is_empty())
        .map(|piece| piece.parse().map_err(|why: T::Err| Fault::invalid(field, why.to_string())))
        .collect()
}

fn within(field: &str, text: Option<&str>) -> Result<Option<Within>, Fault> {
    text.map(|text| text.parse().map_err(|why| Fault::invalid(field, why))).transpose()
}

impl ItemQuery {
    fn filter(&self, cx: &Cx<'_>) -> Result<Filter, Fault> {
        let assignee = match self.assignee.as_deref() {
            None => None,
            Some("nobody") => Some(Assignee::Nobody),
            Some("me") => Some(cx.person().map_or(Assignee::Nobody, Assignee::Person)),
            Some(id) => Some(Assignee::Person(
                id.parse().map_err(|_| Fault::invalid("assignee", "assignee is a person's id, “me” or “nobody”"))?,
            )),
        };
        Ok(Filter {
            states: several("state", self.state.as_deref())?,
            categories: several("category", self.category.as_deref())?,
            kinds: several("kind", self.kind.as_deref())?,
            assignee,
            team: self.team.as_deref().map(str::parse).transpose().map_err(|why| Fault::invalid("team", why))?,
            sprint: within("sprint", self.sprint.as_deref())?,
            release: within("release", self.release.as_deref())?,
            parent: within("parent", self.parent.as_deref())?,
            open: self.open,
            accepted: self.accepted,
            has_why: self.has_why,
            archived: self.archived.unwrap_or(false),
            words: self.q.clone().filter(|words| !words.trim().is_empty()),
        })
    }

    fn ids(&self) -> Result<Option<Vec<ObjectId>>, Fault> {
        let Some(text) = &self.ids else { return Ok(None) };
        let ids = text
            .split(',')
            .map(|id| id.parse().map_err(|_| Fault::invalid("ids", "ids are UUIDs, comma-separated")))
            .collect::<Result<Vec<ObjectId>, Fault>>()?;
        if ids.len() > 200 { Err(Fault::invalid("ids", "at most 200 ids at once")) } else { Ok(Some(ids)) }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewItem {
    pub kind: Kind,
    pub title: Title,
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub body: Option<vocabulary::Body>,
    pub points: Option<Points>,
    pub assignee_id: Option<PersonId>,
    /// The epic or story it is part of, by id or reference.
    #[schema(value_type = Option<String>)]
    pub parent: Option<ObjectName>,
    pub state: Option<String>,
    /// The initiative it delivers, by id or reference.
    #[schema(value_type = Option<String>)]
    pub initiative: Option<ObjectName>,
    pub place: Option<Place>,
}

/// Absent fields stay as they are; null clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemPatch {
    pub title: Option<Title>,
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub body: Option<vocabulary::Body>,
    pub kind: Option<Kind>,
    #[serde(default, deserialize_with = "object::present")]
    #[schema(value_type = Option<PersonId>)]
    pub assignee_id: Option<Option<PersonId>>,
    #[serde(default, deserialize_with = "object::present")]
    #[schema(value_type = Option<TeamId>)]
    pub team_id: Option<Option<TeamId>>,
    #[serde(default, deserialize_with = "object::present")]
    #[schema(value_type = Option<String>)]
    pub parent: Option<Option<ObjectName>>,
    #[serde(default, deserialize_with = "object::present")]
    #[schema(value_type = Option<String>, max_length = 20000)]
    pub blocked_reason: Option<Option<Words>>,
    /// The class of work by which it needs no why.
    #[serde(default, deserialize_with = "object::present")]
    #[schema(value_type = Option<ExemptClass>)]
    pub exempt: Option<Option<ExemptClass>>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEstimate {
    pub points: Option<Points>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewState {
    /// A state of the workflow, by name.
    pub state: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCriterion {
    pub text: Words,
    /// Its place among the others, from 1; the last unless said.
    #[schema(minimum = 1, maximum = 1000)]
    pub position: Option<i64>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CriterionPatch {
    pub text: Option<Words>,
    #[schema(minimum = 1, maximum = 1000)]
    pub position: Option<i64>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    pub accepted: bool,
    /// What is missing; needed when it is not accepted.
    pub reason: Option<Words>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Return {
    /// The criterion that fails; needed when the item has criteria.
    pub criterion: Option<CriterionId>,
    pub reason: Words,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Workflow {
    pub rows: Vec<WorkflowState>,
}

/// The workflow as it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductWorkflow {
    pub rows: Vec<WorkflowState>,
    /// The product's; replacing the workflow may say it with If-Match.
    pub version: i64,
}

impl ProductWorkflow {
    fn load(cx: &Cx<'_>, name: &ProductName) -> Result<Self, Fault> {
        let product = Product::load(cx, name)?;
        Ok(Self { rows: states(cx, product.id)?, version: product.version })
    }
}

/// The routes of the backlog.
pub fn routes<S: Clone + Send + Sync + 'static>() -> OpenApiRouter<S>
where
    House: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(routes!(list_items, add_item))
        .routes(routes!(get_item, edit_item))
        .routes(routes!(rank_item))
        .routes(routes!(estimate_item))
        .routes(routes!(move_item))
        .routes(routes!(add_criterion))
        .routes(routes!(edit_criterion, remove_criterion))
        .routes(routes!(judge_criterion, withdraw_judgement))
        .routes(routes!(accept_item, withdraw_acceptance))
        .routes(routes!(return_item))
        .routes(routes!(get_workflow, set_workflow))
        .routes(routes!(get_exempt_budgets, set_exempt_budgets))
}

/// Items in the order of the backlog
#[utoipa::path(get, path = "/products/{product}/items", tag = "backlog",
    params(("product" = String, Path, description = "key or id"), ItemQuery),
    responses((status = 200, body = ItemPage)), extensions(("x-permission" = json!("see"))))]
async fn list_items(op: Op, Path(product): Path<ProductName>, Query(query): Query<ItemQuery>) -> Answer<ItemPage> {
    op.read(move |cx| match query.ids()? {
        Some(ids) => named(cx, &product, &ids, &query.filter(cx)?),
        None => list(cx, &product, &query.filter(cx)?, &Page::of(query.limit, query.cursor.as_deref())?),
    })
    .await
}

/// Add an item
#[utoipa::path(post, path = "/products/{product}/items", tag = "backlog",
    params(("product" = String, Path, description = "key or id")), request_body = NewItem,
    responses((status = 201, body = Item)), extensions(("x-permission" = json!("story; progress for bugs, tasks and sub-tasks; order with a place; estimate with points"))))]
async fn add_item(op: Op, Path(product): Path<ProductName>, Body(new): Body<NewItem>) -> Answer<Item> {
    let NewItem { kind, title, body, points, assignee_id, parent, state, initiative, place } = new;
    let body = body.unwrap_or_default();
    let change = AddItem { product, kind, title, body, points, assignee_id, parent, state, initiative, place };
    op.create(move |cx| {
        let id = carry_out(cx, &change)?;
        item(cx, &id.into())
    })
    .await
}

/// An item with its criteria
#[utoipa::path(get, path = "/items/{item}", tag = "backlog", params(("item" = String, Path, description = "id or reference")),
    responses((status = 200, body = Item)), extensions(("x-permission" = json!("see"))))]
async fn get_item(op: Op, Path(name): Path<ObjectName>) -> Answer<Item> {
    op.read(move |cx| item(cx, &name)).await
}

/// Change an item's text, kind, assignee, team, parent or what blocks it
#[utoipa::path(patch, path = "/items/{item}", tag = "backlog", params(("item" = String, Path, description = "id or reference")),
    request_body = ItemPatch, responses((status = 200, body = Item)),
    extensions(("x-permission" = json!("story or story_in_sprint; progress for assignee, team and blocked_reason"))))]
async fn edit_item(op: Op, Path(name): Path<ObjectName>, Body(patch): Body<ItemPatch>) -> Answer<Item> {
    let version = Some(op.expected_version()?);
    let ItemPatch { title, body, kind, assignee_id, team_id, parent, blocked_reason, exempt } = patch;
    let change =
        EditItem { item: name, version, title, body, kind, assignee_id, team_id, parent, blocked_reason, exempt };
    op.write(move |cx| {
        let id = carry_out(cx, &change)?;
        item(cx, &id.into())
    })
    .await
}

/// Move an item in the order
#[utoipa::path(put, path = "/items/{item}/rank", tag = "backlog", params(("item" = String, Path, description = "id or reference")),
    request_body = Place, responses((status = 200, body = Row)), extensions(("x-permission" = json!("order"))))]
async fn rank_item(op: Op, Path(name): Path<ObjectName>, Body(place): Body<Place>) -> Answer<Row> {
    let change = RankItem { item: name, place };
    op.write(move |cx| row(cx, carry_out(cx, &change)?)).await
}

/// Estimate an item
#[utoipa::path(put, path = "/items/{item}/estimate", tag = "backlog", params(("item" = String, Path, description = "id or reference")),
    request_body = NewEstimate, responses((status = 200, body = Row)), extensions(("x-permission" = json!("estimate"))))]
async fn estimate_item(op: Op, Path(name): Path<ObjectName>, Body(new): Body<NewEstimate>) -> Answer<Row> {
    let change = EstimateItem { item: name, points: new.points };
    op.write(move |cx| row(cx, carry_out(cx, &change)?)).await
}

/// Move an item to another state
#[utoipa::path(put, path = "/items/{item}/state", tag = "backlog", params(("item" = String, Path, description = "id or reference")),
    request_body = NewState, responses((status = 200, body = Row)), extensions(("x-permission" = json!("progress"))))]
async fn move_item(op: Op, Path(name): Path<ObjectName>, Body(new): Body<NewState>) -> Answer<Row> {
    let change = MoveItem { item: name, state: new.state };
    op.write(move |cx| row(cx, carry_out(cx, &change)?)).await
}

/// Add an acceptance criterion
#[utoipa::path(post, path = "/items/{item}/criteria", tag = "backlog", params(("item" = String, Path, description = "id or reference")),
    request_body = NewCriterion, responses((status = 201, body = Item)), extensions(("x-permission" = json!("story or story_in_sprint"))))]
async fn add_criterion(op: Op, Path(name): Path<ObjectName>, Body(new): Body<NewCriterion>) -> Answer<Item> {
    let change = AddCriterion { item: name, text: new.text, position: new.position };
    op.create(move |cx| {
        let id = carry_out(cx, &change)?;
        item(cx, &id.into())
    })
    .await
}

/// Change a criterion's text or place
#[utoipa::path(patch, path = "/criteria/{criterion}", tag = "backlog", params(("criterion" = CriterionId, Path)),
    request_body = CriterionPatch, responses((status = 200, body = Item)), extensions(("x-permission" = json!("story or story_in_sprint"))))]
async fn edit_criterion(op: Op, Path(criterion): Path<CriterionId>, Body(patch): Body<CriterionPatch>) -> Answer<Item> {
    let version = Some(op.expected_version()?);
    op.write(move |cx| {
        let change = EditCriterion {
            item: item_of(cx, criterion)?,
            criterion,
            version,
            text: patch.text.clone(),
            position: patch.position,
        };
        let id = carry_out(cx, &change)?;
        item(cx, &id.into())
    })
    .await
}

/// Remove a criterion
#[utoipa::path(delete, path = "/criteria/{criterion}", tag = "backlog", params(("criterion" = CriterionId, Path)),
    responses((status = 200, body = Item)), extensions(("x-permission" = json!("story or story_in_sprint"))))]
async fn remove_criterion(op: Op, Path(criterion): Path<CriterionId>) -> Answer<Item> {
    let version = op.if_match();
    op.write(move |cx| {
        let id = carry_out(cx, &RemoveCriterion { item: item_of(cx, criterion)?, criterion, version })?;
        item(cx, &id.into())
    })
    .await
}

/// Accept a criterion, or return it with a reason
#[utoipa::path(put, path = "/criteria/{criterion}/acceptance", tag = "backlog", params(("criterion" = CriterionId, Path)),
    request_body = Judgement, responses((status = 200, body = Item)), extensions(("x-permission" = json!("acceptance"))))]
async fn judge_criterion(op: Op, Path(criterion): Path<CriterionId>, Body(judgement): Body<Judgement>) -> Answer<Item> {
    judge(op, criterion, Some(judgement.accepted), judgement.reason).await
}

/// Take a judgement back
#[utoipa::path(delete, path = "/criteria/{criterion}/acceptance", tag = "backlog", params(("criterion" = CriterionId, Path)),
    responses((status = 200, body = Item)), extensions(("x-permission" = json!("acceptance"))))]
async fn withdraw_judgement(op: Op, Path(criterion): Path<CriterionId>) -> Answer<Item> {
    judge(op, criterion, None, None).await
}

async fn judge(op: Op, criterion: CriterionId, accepted: Option<bool>, reason: Option<Words>) -> Answer<Item> {
    let version = op.if_match();
    op.write(move |cx| {
        let (item_of, reason) = (item_of(cx, criterion)?, reason.clone());
        let change = JudgeCriterion { item: item_of, criterion, accepted, reason, version };
        let id = carry_out(cx, &change)?;
        item(cx, &id.into())
    })
    .await
}

/// Accept an item whose criteria are all accepted
#[utoipa::path(put, path = "/items/{item}/acceptance", tag = "backlog", params(("item" = String, Path, description = "id or reference")),
    responses((status = 200, body = Item)), extensions(("x-permission" = json!("acceptance"))))]
async fn accept_item(op: Op, Path(name): Path<ObjectName>) -> Answer<Item> {
    op.write(move |cx| {
        let id = carry_out(cx, &AcceptItem { item: name.clone() })?;
        item(cx, &id.into())
    })
    .await
}

/// Take an item's acceptance back; its state and its criteria stay as they are
#[utoipa::path(delete, path = "/items/{item}/acceptance", tag = "backlog", params(("item" = String, Path, description = "id or reference")),
    responses((status = 200, body = Item)), extensions(("x-permission" = json!("acceptance"))))]
async fn withdraw_acceptance(op: Op, Path(name): Path<ObjectName>) -> Answer<Item> {
    let change = WithdrawAcceptance { item: name };
    op.write(move |cx| {
        let id = carry_out(cx, &change)?;
        item(cx, &id.into())
    })
    .await
}

/// Return an item to the team, with the criterion that fails
#[utoipa::path(post, path = "/items/{item}/returns", tag = "backlog", params(("item" = String, Path, description = "id or reference")),
    request_body = Return, responses((status = 201, body = Item)), extensions(("x-permission" = json!("acceptance"))))]
async fn return_item(op: Op, Path(name): Path<ObjectName>, Body(back): Body<Return>) -> Answer<Item> {
    let change = ReturnItem { item: name, criterion: back.criterion, reason: back.reason };
    op.create(move |cx| {
        let id = carry_out(cx, &change)?;
        item(cx, &id.into())
    })
    .await
}

/// The states of the workflow, in the order of the board
#[utoipa::path(get, path = "/products/{product}/workflow", tag = "backlog", params(("product" = String, Path, description = "key or id")),
    responses((status = 200, body = ProductWorkflow)), extensions(("x-permission" = json!("see"))))]
async fn get_workflow(op: Op, Path(product): Path<ProductName>) -> Answer<ProductWorkflow> {
    op.read(move |cx| ProductWorkflow::load(cx, &product)).await
}

/// Replace the workflow
#[utoipa::path(put, path = "/products/{product}/workflow", tag = "backlog", params(("product" = String, Path, description = "key or id")),
    request_body = Workflow, responses((status = 200, body = ProductWorkflow)), extensions(("x-permission" = json!("workflow"))))]
async fn set_workflow(
    op: Op,
    Path(product): Path<ProductName>,
    Body(workflow): Body<Workflow>,
) -> Answer<ProductWorkflow> {
    let change = SetWorkflow { product, states: workflow.rows };
    op.write(move |cx| {
        carry_out(cx, &change)?;
        ProductWorkflow::load(cx, &change.product)
    })
    .await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewExemptBudgets {
    #[schema(max_items = 4)]
    pub rows: Vec<ExemptBudget>,
}

/// How much of the work each class that needs no why may take
#[utoipa::path(get, path = "/products/{product}/exempt-budgets", tag = "backlog", params(("product" = String, Path, description = "key or id")),
    responses((status = 200, body = Rows<ExemptBudget>)), extensions(("x-permission" = json!("see"))))]
async fn get_exempt_budgets(op: Op, Path(product): Path<ProductName>) -> Answer<Rows<ExemptBudget>> {
    op.read(move |cx| exempt_budgets(cx, Product::load(cx, &product)?.id).map(Rows::all)).await
}

/// Set how much of the work each class that needs no why may take
#[utoipa::path(put, path = "/products/{product}/exempt-budgets", tag = "backlog", params(("product" = String, Path, description = "key or id")),
    request_body = NewExemptBudgets, responses((status = 200, body = Rows<ExemptBudget>)), extensions(("x-permission" = json!("objectives"))))]
async fn set_exempt_budgets(
    op: Op,
    Path(product): Path<ProductName>,
    Body(NewExemptBudgets { rows }): Body<NewExemptBudgets>,
) -> Answer<Rows<ExemptBudget>> {
    let change = SetExemptBudgets { product, rows };
    op.write(move |cx| {
        carry_out(cx, &change)?;
        exempt_budgets(cx, Product::load(cx, &change.product)?.id).map(Rows::all)
    })
    .await
}
