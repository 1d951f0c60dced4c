//! A request that is answered as it comes, and the row of *Sign-ins* that says so, are written by one statement: a view of
//! the two, whose trigger writes both or neither. And *Sign-ins* are found by their flow where they have one.

use sea_orm_migration::prelude::*;

use crate::columns::{index, is_postgres};

/// Both databases take this as it stands. The view is read by nobody.
const VIEW: &str = "CREATE VIEW answered_request AS \
    SELECT r.id, r.service_provider_id, r.issuer, r.request_id, r.digest, r.request, r.acs_url, r.relay_state, \
    r.received_at, r.expires_at, r.answered_at, s.application, s.username, s.outcome, s.assertion_id, s.key_id, \
    s.address, s.request AS told, s.session_index \
    FROM saml_request r JOIN sign_in s \
    ON s.service_provider_id = r.service_provider_id AND s.at = r.answered_at AND s.flow_id = ''";

/// A request whose ID was there before breaks the first table's unique index, and nothing is written.
const WRITE_BOTH: &str = "\
    INSERT INTO saml_request (id, service_provider_id, issuer, request_id, digest, request, acs_url, relay_state, \
    received_at, expires_at, answered_at) \
    VALUES (NEW.id, NEW.service_provider_id, NEW.issuer, NEW.request_id, NEW.digest, NEW.request, NEW.acs_url, \
    NEW.relay_state, NEW.received_at, NEW.expires_at, NEW.answered_at); \
    INSERT INTO sign_in (at, flow_id, application, username, outcome, assertion_id, key_id, address, request, \
    service_provider_id, session_index) \
    VALUES (NEW.answered_at, '', NEW.application, NEW.username, NEW.outcome, NEW.assertion_id, NEW.key_id, NEW.address, \
    NEW.told, NEW.service_provider_id, NEW.session_index);";

/// The one before had all rows, and most of them belong to no flow.
const BY_FLOW: &str = "CREATE INDEX ix_sign_in_of_flow ON sign_in (flow_id) WHERE flow_id <> ''";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(BY_FLOW).await?;
        db.execute_unprepared("DROP INDEX ix_sign_in_flow_id").await?;
        db.execute_unprepared(VIEW).await?;
        if is_postgres(manager) {
            let function = format!(
                "CREATE FUNCTION answered_request_written() RETURNS trigger LANGUAGE plpgsql AS \
                 $$BEGIN {WRITE_BOTH} RETURN NEW; END$$"
            );
            db.execute_unprepared(&function).await?;
            let trigger = "CREATE TRIGGER tr_answered_request_written INSTEAD OF INSERT ON answered_request \
                FOR EACH ROW EXECUTE FUNCTION answered_request_written()";
            db.execute_unprepared(trigger).await?;
        } else {
            let trigger = format!(
                "CREATE TRIGGER tr_answered_request_written INSTEAD OF INSERT ON answered_request BEGIN {WRITE_BOTH} END"
            );
            db.execute_unprepared(&trigger).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        // Its trigger goes with it.
        db.execute_unprepared("DROP VIEW answered_request").await?;
        if is_postgres(manager) {
            db.execute_unprepared("DROP FUNCTION answered_request_written()")
                .await?;
        }
        manager.create_index(index("sign_in", &["flow_id"])).await?;
        db.execute_unprepared("DROP INDEX ix_sign_in_of_flow").await?;
        Ok(())
    }
}
