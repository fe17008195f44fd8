use crate::key_result::{AddKeyResult, EditKeyResult, RemoveKeyResult, TakeReading, Unit, objective_of};
use crate::objective::{AddObjective, EditObjective, Objective, Status, objective, objectives};
use crate::theme::{AddTheme, EditTheme, Theme, Themes, theme, themes};
use crate::vision::{PublishVision, Vision, VisionVersion, vision, visions};
use access::{Can, Cx, Fault};
use axum::extract::FromRef;
use object::{Product, carry_out};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use vocabulary::*;
use web::{Answer, Body, House, LongPaging, Op, Path, Query, Rows};

#[derive(Debug, Serialize, ToSchema)]
pub struct VisionPage {
    pub vision: Option<Vision>,
    pub versions: Vec<VisionVersion>,
    #[schema(value_type = std::collections::HashMap<String, access::Ruling>)]
    pub can: Can,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVision {
    pub statement: Title,
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub target_group: Option<vocabulary::Body>,
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub needs: Option<vocabulary::Body>,
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub product: Option<vocabulary::Body>,
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub business_goals: Option<vocabulary::Body>,
    /// Why it is changed.
    pub reason: Option<Words>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ObjectiveList {
    pub rows: Vec<Objective>,
    pub next: Option<String>,
    #[schema(value_type = std::collections::HashMap<String, access::Ruling>)]
    pub can: Can,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewObjective {
    pub title: Title,
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub body: Option<vocabulary::Body>,
    /// The present quarter unless said.
    pub period: Option<Label>,
}

/// Absent fields stay as they are; null clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectivePatch {
    pub title: Option<Title>,
    #[serde(default, deserialize_with = "object::present")]
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub body: Option<Option<vocabulary::Body>>,
    #[serde(default, deserialize_with = "object::present")]
    #[schema(value_type = Option<Label>)]
    pub period: Option<Option<Label>>,
    pub status: Option<Status>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKeyResult {
    pub title: Title,
    pub unit: Unit,
    pub baseline: f64,
    pub target: f64,
}

/// Absent fields stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyResultPatch {
    pub title: Option<Title>,
    pub unit: Option<Unit>,
    pub baseline: Option<f64>,
    pub target: Option<f64>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCheckIn {
    pub value: f64,
    #[schema(minimum = 0, maximum = 10)]
    pub confidence: Option<i64>,
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub note: Option<vocabulary::Body>,
}

/// The routes of strategy.
pub fn routes<S: Clone + Send + Sync + 'static>() -> OpenApiRouter<S>
where
    House: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(routes!(list_themes, add_theme))
        .routes(routes!(get_theme, edit_theme))
        .routes(routes!(get_vision, publish_vision))
        .routes(routes!(list_objectives, add_objective))
        .routes(routes!(get_objective, edit_objective))
        .routes(routes!(add_key_result))
        .routes(routes!(edit_key_result, remove_key_result))
        .routes(routes!(check_in))
}

/// The vision and its versions
#[utoipa::path(get, path = "/products/{product}/vision", tag = "strategy", params(("product" = String, Path, description = "key or id")),
    responses((status = 200, body = VisionPage)), extensions(("x-permission" = json!("see"))))]
async fn get_vision(op: Op, Path(product): Path<ProductName>) -> Answer<VisionPage> {
    op.read(move |cx| {
        let (vision, versions) = visions(cx, &product)?;
        let product = Product::load(cx, &product)?;
        let can = access::Rights::load(cx, product.id)?.can(&[Decision::Vision]);
        Ok(VisionPage { vision, versions, can })
    })
    .await
}

/// Write the vision, or a new version of it (with If-Match)
#[utoipa::path(put, path = "/products/{product}/vision", tag = "strategy", params(("product" = String, Path, description = "key or id")),
    request_body = NewVision, responses((status = 200, body = Vision)), extensions(("x-permission" = json!("vision"))))]
async fn publish_vision(op: Op, Path(product_name): Path<ProductName>, Body(new): Body<NewVision>) -> Answer<Vision> {
    let NewVision { statement, target_group, needs, product, business_goals, reason } = new;
    let change = PublishVision {
        product_name,
        version: op.if_match(),
        statement,
        target_group: target_group.unwrap_or_default(),
        needs: needs.unwrap_or_default(),
        product: product.unwrap_or_default(),
        business_goals: business_goals.unwrap_or_default(),
        reason,
    };
    op.write(move |cx| {
        carry_out(cx, &change)?;
        vision(cx, &Product::load(cx, &change.product_name)?)?.ok_or(Fault::not_found("vision"))
    })
    .await
}

/// Objectives, the newest period first
#[utoipa::path(get, path = "/products/{product}/objectives", tag = "strategy", params(("product" = String, Path, description = "key or id"), LongPaging),
    responses((status = 200, body = ObjectiveList)), extensions(("x-permission" = json!("see"))))]
async fn list_objectives(
    op: Op,
    Path(product): Path<ProductName>,
    Query(paging): Query<LongPaging>,
) -> Answer<ObjectiveList> {
    op.read(move |cx| {
        let (Rows { rows, next }, can) = objectives(cx, &product, &paging.page()?)?;
        Ok(ObjectiveList { rows, next, can })
    })
    .await
}

fn then_show(cx: &Cx<'_>, id: Result<ObjectId, Fault>) -> Result<Objective, Fault> {
    objective(cx, &id?.into())
}

/// Set an objective
#[utoipa::path(post, path = "/products/{product}/objectives", tag = "strategy", params(("product" = String, Path, description = "key or id")),
    request_body = NewObjective, responses((status = 201, body = Objective)), extensions(("x-permission" = json!("objectives"))))]
async fn add_objective(op: Op, Path(product): Path<ProductName>, Body(new): Body<NewObjective>) -> Answer<Objective> {
    let NewObjective { title, body, period } = new;
    let change = AddObjective { product, title, body: body.unwrap_or_default(), period };
    op.create(move |cx| then_show(cx, carry_out(cx, &change))).await
}

/// One objective
#[utoipa::path(get, path = "/objectives/{objective}", tag = "strategy", params(("objective" = String, Path, description = "id or reference")),
    responses((status = 200, body = Objective)), extensions(("x-permission" = json!("see"))))]
async fn get_objective(op: Op, Path(name): Path<ObjectName>) -> Answer<Objective> {
    op.read(move |cx| objective(cx, &name)).await
}

/// Change an objective's words, period or status
#[utoipa::path(patch, path = "/objectives/{objective}", tag = "strategy", params(("objective" = String, Path, description = "id or reference")),
    request_body = ObjectivePatch, responses((status = 200, body = Objective)), extensions(("x-permission" = json!("objectives"))))]
async fn edit_objective(op: Op, Path(name): Path<ObjectName>, Body(patch): Body<ObjectivePatch>) -> Answer<Objective> {
    let version = Some(op.expected_version()?);
    let ObjectivePatch { title, body, period, status } = patch;
    let body = body.map(Option::unwrap_or_default);
    let change = EditObjective { objective: name, version, title, body, period, status };
    op.write(move |cx| then_show(cx, carry_out(cx, &change))).await
}

/// Add a key result
#[utoipa::path(post, path = "/objectives/{objective}/key-results", tag = "strategy", params(("objective" = String, Path, description = "id or reference")),
    request_body = NewKeyResult, responses((status = 201, body = Objective)), extensions(("x-permission" = json!("objectives"))))]
async fn add_key_result(op: Op, Path(name): Path<ObjectName>, Body(new): Body<NewKeyResult>) -> Answer<Objective> {
    let NewKeyResult { title, unit, baseline, target } = new;
    let change = AddKeyResult { objective: name, title, unit, baseline, target };
    op.create(move |cx| then_show(cx, carry_out(cx, &change))).await
}

/// Change a key result; If-Match holds the objective's version
#[utoipa::path(patch, path = "/key-results/{key_result}", tag = "strategy", params(("key_result" = KeyResultId, Path)),
    request_body = KeyResultPatch, responses((status = 200, body = Objective)), extensions(("x-permission" = json!("objectives"))))]
async fn edit_key_result(
    op: Op,
    Path(key_result): Path<KeyResultId>,
    Body(patch): Body<KeyResultPatch>,
) -> Answer<Objective> {
    let version = Some(op.expected_version()?);
    op.write(move |cx| {
        let change = EditKeyResult {
            objective: objective_of(cx, key_result)?,
            version,
            key_result,
            title: patch.title.clone(),
            unit: patch.unit,
            baseline: patch.baseline,
            target: patch.target,
        };
        then_show(cx, carry_out(cx, &change))
    })
    .await
}

/// Remove a key result with its readings
#[utoipa::path(delete, path = "/key-results/{key_result}", tag = "strategy", params(("key_result" = KeyResultId, Path)),
    responses((status = 200, body = Objective)), extensions(("x-permission" = json!("objectives"))))]
async fn remove_key_result(op: Op, Path(key_result): Path<KeyResultId>) -> Answer<Objective> {
    op.write(move |cx| {
        let change = RemoveKeyResult { objective: objective_of(cx, key_result)?, key_result };
        then_show(cx, carry_out(cx, &change))
    })
    .await
}

/// Check in: take a reading of a key result
#[utoipa::path(post, path = "/key-results/{key_result}/check-ins", tag = "strategy", params(("key_result" = KeyResultId, Path)),
    request_body = NewCheckIn, responses((status = 201, body = Objective)), extensions(("x-permission" = json!("objectives"))))]
async fn check_in(op: Op, Path(key_result): Path<KeyResultId>, Body(new): Body<NewCheckIn>) -> Answer<Objective> {
    op.create(move |cx| {
        let change = TakeReading {
            objective: objective_of(cx, key_result)?,
            key_result,
            value: new.value,
            confidence: new.confidence,
            note: new.note.clone().unwrap_or_default(),
        };
        then_show(cx, carry_out(cx, &change))
    })
    .await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewTheme {
    pub title: Title,
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub body: Option<vocabulary::Body>,
    /// In percent of the effort.
    #[schema(minimum = 0, maximum = 100)]
    pub target_share: Option<i64>,
}

/// Absent fields stay as they are; null clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ThemePatch {
    pub title: Option<Title>,
    #[serde(default, deserialize_with = "object::present")]
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub body: Option<Option<vocabulary::Body>>,
    #[serde(default, deserialize_with = "object::present")]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 100)]
    pub target_share: Option<Option<i64>>,
}

/// A product's strategic themes
#[utoipa::path(get, path = "/products/{product}/themes", tag = "strategy", params(("product" = String, Path, description = "key or id")),
    responses((status = 200, body = Themes)), extensions(("x-permission" = json!("see"))))]
async fn list_themes(op: Op, Path(product): Path<ProductName>) -> Answer<Themes> {
    op.read(move |cx| themes(cx, &product)).await
}

/// Name a theme
#[utoipa::path(post, path = "/products/{product}/themes", tag = "strategy", params(("product" = String, Path, description = "key or id")),
    request_body = NewTheme, responses((status = 201, body = Theme)), extensions(("x-permission" = json!("objectives"))))]
async fn add_theme(op: Op, Path(product): Path<ProductName>, Body(new): Body<NewTheme>) -> Answer<Theme> {
    let NewTheme { title, body, target_share } = new;
    let change = AddTheme { product, title, body: body.unwrap_or_default(), target_share };
    op.create(move |cx| theme(cx, &carry_out(cx, &change)?.into())).await
}

/// One theme
#[utoipa::path(get, path = "/themes/{theme}", tag = "strategy", params(("theme" = String, Path, description = "id or reference")),
    responses((status = 200, body = Theme)), extensions(("x-permission" = json!("see"))))]
async fn get_theme(op: Op, Path(name): Path<ObjectName>) -> Answer<Theme> {
    op.read(move |cx| theme(cx, &name)).await
}

/// Change a theme's words or its share
#[utoipa::path(patch, path = "/themes/{theme}", tag = "strategy", params(("theme" = String, Path, description = "id or reference")),
    request_body = ThemePatch, responses((status = 200, body = Theme)), extensions(("x-permission" = json!("objectives"))))]
async fn edit_theme(op: Op, Path(name): Path<ObjectName>, Body(patch): Body<ThemePatch>) -> Answer<Theme> {
    let version = Some(op.expected_version()?);
    let ThemePatch { title, body, target_share } = patch;
    let change = EditTheme { theme: name, version, title, body: body.map(Option::unwrap_or_default), target_share };
    op.write(move |cx| theme(cx, &carry_out(cx, &change)?.into())).await
}
