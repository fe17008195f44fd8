use crate::{Role, TestApp, json};
use store::{StoreError, args};
use vocabulary::Ts;

impl TestApp {
    /// So many weeks up to a day, in each of which the team finished three stories.
    pub async fn worked(&self, weeks: i64, until: Ts) {
        let owner = self.as_(Role::ProductOwner);
        for _ in 0..3 * weeks {
            let past = json!({"kind": "story", "title": "Past", "state": "Done"});
            owner.post("/products/APP/items", past).await.ok(201);
        }
        let backdated = self.db.write(move |conn| {
            let done: Vec<(i64,)> =
                conn.rows("SELECT number FROM item WHERE done_at IS NOT NULL ORDER BY number", &[])?;
            for (place, (number,)) in done.iter().enumerate() {
                let at = until.plus_days(-7 * (place as i64 / 3) - 1);
                conn.exec_unrecorded("UPDATE item SET done_at = $1 WHERE number = $2", args![at, *number])?;
            }
            Ok::<_, StoreError>(())
        });
        backdated.await.expect("what was finished can be dated");
    }
}
