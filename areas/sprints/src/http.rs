use crate::board::{Board, board};
use crate::burndown::{Burndown, burndown};
use crate::life::{CancelSprint, CarryOver, CloseSprint, StartSprint};
use crate::scope::{PutInSprint, TakeOutOfSprint};
use crate::sprint::{EditSprint, PlanSprint, Sprint, Verdict, sprint, sprints};
use access::{Can, Cx, Fault};
use axum::extract::FromRef;
use object::carry_out;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use vocabulary::*;
use web::{Answer, Body, House, LongPaging, Op, Path, Query, Rows};

/// All sprints, with what the reader may decide.
#[derive(Debug, Serialize, ToSchema)]
pub struct SprintList {
    pub rows: Vec<Sprint>,
    pub next: Option<String>,
    #[schema(value_type = std::collections::HashMap<String, access::Ruling>)]
    pub can: Can,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSprint {
    /// “Sprint 7” and so on unless said.
    pub name: Option<Title>,
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub goal: Option<vocabulary::Body>,
    #[schema(value_type = String, format = "date")]
    pub starts: Date,
    #[schema(value_type = String, format = "date")]
    pub ends: Date,
    pub capacity: Option<Points>,
    /// The objective the goal serves, by id or reference.
    #[schema(value_type = Option<String>)]
    pub objective: Option<ObjectName>,
}

/// Absent fields stay as they are; null clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SprintPatch {
    pub name: Option<Title>,
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub goal: Option<vocabulary::Body>,
    #[schema(value_type = Option<String>, format = "date")]
    pub starts: Option<Date>,
    #[schema(value_type = Option<String>, format = "date")]
    pub ends: Option<Date>,
    #[serde(default, deserialize_with = "object::present")]
    #[schema(value_type = Option<Points>)]
    pub capacity: Option<Option<Points>>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Closing {
    /// Whether the goal was reached.
    pub verdict: Verdict,
    pub note: Option<Words>,
    /// Where each unfinished item goes; every one is named.
    pub carry_over: Vec<CarryOver>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Cancellation {
    pub reason: Words,
}

/// The routes of sprints.
pub fn routes<S: Clone + Send + Sync + 'static>() -> OpenApiRouter<S>
where
    House: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(routes!(list_sprints, plan_sprint))
        .routes(routes!(get_sprint, edit_sprint))
        .routes(routes!(put_in_sprint, take_out_of_sprint))
        .routes(routes!(start_sprint))
        .routes(routes!(close_sprint))
        .routes(routes!(cancel_sprint))
        .routes(routes!(get_board))
        .routes(routes!(get_burndown))
}

/// Sprints, the latest first
#[utoipa::path(get, path = "/products/{product}/sprints", tag = "sprints", params(("product" = String, Path, description = "key or id"), LongPaging),
    responses((status = 200, body = SprintList)), extensions(("x-permission" = json!("see"))))]
async fn list_sprints(
    op: Op,
    Path(product): Path<ProductName>,
    Query(paging): Query<LongPaging>,
) -> Answer<SprintList> {
    op.read(move |cx| {
        let (Rows { rows, next }, can) = sprints(cx, &product, &paging.page()?)?;
        Ok(SprintList { rows, next, can })
    })
    .await
}

/// Plan a sprint
#[utoipa::path(post, path = "/products/{product}/sprints", tag = "sprints", params(("product" = String, Path, description = "key or id")),
    request_body = NewSprint, responses((status = 201, body = Sprint)),
    extensions(("x-permission" = json!("sprint_run; sprint_goal with a goal; link with an objective"))))]
async fn plan_sprint(op: Op, Path(product): Path<ProductName>, Body(new): Body<NewSprint>) -> Answer<Sprint> {
    let NewSprint { name, goal, starts, ends, capacity, objective } = new;
    let change = PlanSprint { product, name, goal: goal.unwrap_or_default(), starts, ends, capacity, objective };
    op.create(move |cx| then_show(cx, carry_out(cx, &change))).await
}

fn then_show(cx: &Cx<'_>, id: Result<ObjectId, Fault>) -> Result<Sprint, Fault> {
    sprint(cx, &id?.into())
}

/// One sprint
#[utoipa::path(get, path = "/sprints/{sprint}", tag = "sprints", params(("sprint" = String, Path, description = "id or reference")),
    responses((status = 200, body = Sprint)), extensions(("x-permission" = json!("see"))))]
async fn get_sprint(op: Op, Path(name): Path<ObjectName>) -> Answer<Sprint> {
    op.read(move |cx| sprint(cx, &name)).await
}

/// Change a sprint's name, goal, dates or capacity
#[utoipa::path(patch, path = "/sprints/{sprint}", tag = "sprints", params(("sprint" = String, Path, description = "id or reference")),
    request_body = SprintPatch, responses((status = 200, body = Sprint)),
    extensions(("x-permission" = json!("sprint_goal for the goal, sprint_run for the rest"))))]
async fn edit_sprint(op: Op, Path(name): Path<ObjectName>, Body(patch): Body<SprintPatch>) -> Answer<Sprint> {
    let version = Some(op.expected_version()?);
    let SprintPatch { name: title, goal, starts, ends, capacity } = patch;
    let change = EditSprint { sprint: name, version, name: title, goal, starts, ends, capacity };
    op.write(move |cx| then_show(cx, carry_out(cx, &change))).await
}

/// Put an item into a sprint
#[utoipa::path(put, path = "/sprints/{sprint}/items/{item}", tag = "sprints",
    params(("sprint" = String, Path, description = "id or reference"), ("item" = String, Path, description = "id or reference")),
    responses((status = 200, body = backlog::Row)), extensions(("x-permission" = json!("sprint_scope"))))]
async fn put_in_sprint(op: Op, Path((sprint, item)): Path<(ObjectName, ObjectName)>) -> Answer<backlog::Row> {
    let change = PutInSprint { item, sprint };
    op.write(move |cx| backlog::row(cx, carry_out(cx, &change)?)).await
}

/// Take an item out of a sprint
#[utoipa::path(delete, path = "/sprints/{sprint}/items/{item}", tag = "sprints",
    params(("sprint" = String, Path, description = "id or reference"), ("item" = String, Path, description = "id or reference")),
    responses((status = 200, body = backlog::Row)), extensions(("x-permission" = json!("sprint_scope"))))]
async fn take_out_of_sprint(op: Op, Path((sprint, item)): Path<(ObjectName, ObjectName)>) -> Answer<backlog::Row> {
    let change = TakeOutOfSprint { item, sprint };
    op.write(move |cx| backlog::row(cx, carry_out(cx, &change)?)).await
}

/// Start a sprint
#[utoipa::path(put, path = "/sprints/{sprint}/start", tag = "sprints", params(("sprint" = String, Path, description = "id or reference")),
    responses((status = 200, body = Sprint)), extensions(("x-permission" = json!("sprint_run"))))]
async fn start_sprint(op: Op, Path(name): Path<ObjectName>) -> Answer<Sprint> {
    let change = StartSprint { sprint: name };
    op.write(move |cx| then_show(cx, carry_out(cx, &change))).await
}

/// Close a sprint with the goal's verdict
#[utoipa::path(put, path = "/sprints/{sprint}/close", tag = "sprints", params(("sprint" = String, Path, description = "id or reference")),
    request_body = Closing, responses((status = 200, body = Sprint)), extensions(("x-permission" = json!("sprint_run; sprint_scope to carry over into a sprint"))))]
async fn close_sprint(op: Op, Path(name): Path<ObjectName>, Body(closing): Body<Closing>) -> Answer<Sprint> {
    let Closing { verdict, note, carry_over } = closing;
    let change = CloseSprint { sprint: name, verdict, note, carry_over };
    op.write(move |cx| then_show(cx, carry_out(cx, &change))).await
}

/// Cancel a sprint
#[utoipa::path(put, path = "/sprints/{sprint}/cancellation", tag = "sprints", params(("sprint" = String, Path, description = "id or reference")),
    request_body = Cancellation, responses((status = 200, body = Sprint)), extensions(("x-permission" = json!("sprint_cancel"))))]
async fn cancel_sprint(op: Op, Path(name): Path<ObjectName>, Body(cancellation): Body<Cancellation>) -> Answer<Sprint> {
    let change = CancelSprint { sprint: name, reason: cancellation.reason };
    op.write(move |cx| then_show(cx, carry_out(cx, &change))).await
}

/// A sprint's items by state
#[utoipa::path(get, path = "/sprints/{sprint}/board", tag = "sprints", params(("sprint" = String, Path, description = "id or reference")),
    responses((status = 200, body = Board)), extensions(("x-permission" = json!("see"))))]
async fn get_board(op: Op, Path(name): Path<ObjectName>) -> Answer<Board> {
    op.read(move |cx| board(cx, &name)).await
}

/// What is left, day by day
#[utoipa::path(get, path = "/sprints/{sprint}/burndown", tag = "sprints", params(("sprint" = String, Path, description = "id or reference")),
    responses((status = 200, body = Burndown)), extensions(("x-permission" = json!("see"))))]
async fn get_burndown(op: Op, Path(name): Path<ObjectName>) -> Answer<Burndown> {
    op.read(move |cx| burndown(cx, &name)).await
}
