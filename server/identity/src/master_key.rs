//! Another master key: whatever is sealed under the old one is sealed again under the new one, in one transaction.
//!
//! Knows every room that seals. What is derived for hashes stays as it was, sealed beside the rest: codes that are on their
//! way, counters by number, and the names that service providers know users by all go on.

use entity::setting;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, Statement};

use crate::audit::{self, Entry};
use crate::clock::Clock;
use crate::vault::{MASTER_KEY_LEN, Vault};
use crate::{Actor, Error, Result, drafts, identity_providers, keys, login, setup, users};

/// The key of hashes, as [`Vault::seal_hash_key`] gives it; there once the master key was changed.
const HASH_KEY: &str = "hash_key";

/// Connections of other processes of ours, on PostgreSQL: each process has a name of its own, see `store`.
const OTHERS: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                      AND application_name LIKE 'gatehouse %' AND application_name <> current_setting('application_name')";

/// The vault of a master key over this store, once the two are known to go together.
///
/// # Errors
/// `Internal`, should the store not answer or its hash key not open.
pub async fn vault(db: &impl ConnectionTrait, master: &[u8; MASTER_KEY_LEN]) -> Result<Option<Vault>> {
    let vault = Vault::new(master)?;
    if !setup::fits(&vault, db).await? {
        return Ok(None);
    }
    Ok(Some(match setting::Entity::find_by_id(HASH_KEY).one(db).await? {
        Some(row) => vault.with_hash_key(&row.value)?,
        None => vault,
    }))
}

/// Seals everything again under another master key and gives the number of values. The caller sees to it that no process
/// serves from this store meanwhile, commits, and puts the new key in the old one's place.
///
/// # Errors
/// `Internal`, also for a value that does not open: then nothing may be committed.
pub async fn reseal(
    db: &impl ConnectionTrait,
    clock: &dyn Clock,
    old: &Vault,
    master: &[u8; MASTER_KEY_LEN],
) -> Result<u64> {
    let new = Vault::new(master)?.hashing_as(old);
    let mut count = drafts::reseal(db, old, &new).await?;
    count += identity_providers::reseal(db, old, &new).await?;
    count += keys::reseal(db, old, &new).await?;
    count += login::reseal(db, old, &new).await?;
    count += users::import::reseal(db, old, &new).await?;
    for (name, value) in [
        (HASH_KEY, new.seal_hash_key()?),
        (setup::CHECK_VALUE, new.check_value().to_owned()),
    ] {
        let row = setting::ActiveModel {
            name: Set(name.to_owned()),
            value: Set(value),
        };
        setting::Entity::insert(row)
            .on_conflict(
                OnConflict::column(setting::Column::Name)
                    .update_column(setting::Column::Value)
                    .to_owned(),
            )
            .exec_without_returning(db)
            .await?;
    }
    let entry = Entry {
        action: "rotate",
        target_kind: "master_key",
        target: "master key",
        detail: format!("{count} sealed values"),
    };
    audit::record(db, clock, &Actor::command_line(clock.now()), entry).await?;
    Ok(count)
}

/// How many connections other processes of ours have to this store. SQLite does not know; there the key's file tells.
///
/// # Errors
/// `Internal` only.
pub async fn other_connections(db: &impl ConnectionTrait) -> Result<i64> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(0);
    }
    let row = db
        .query_one_raw(Statement::from_string(DbBackend::Postgres, OTHERS))
        .await?
        .ok_or_else(|| Error::internal("no count of connections"))?;
    Ok(row.try_get_by_index(0)?)
}

#[cfg(test)]
mod tests {
    use domain::Problems;
    use domain::input::identity_provider::IdentityProviderInput;
    use domain::input::secret::SecretRow;
    use domain::input::user_import::UploadInput;
    use domain::phone::E164;
    use domain::view::ListQuery;
    use entity::{
        draft, federated_authenticator, login_flow, otp_challenge, signing_key, user, user_import, user_import_row,
    };
    use sea_orm::{ActiveModelTrait, IntoActiveModel};

    use super::*;
    use crate::drafts::Draft;
    use crate::services::Parts;
    use crate::testing::{RecordingTransport, services, settings};
    use crate::{Services, store};

    const NUMBER: &str = "+94771234567";
    /// Columns of bytes that hold no sealed value.
    const NOT_SEALED: [&str; 1] = ["otp_code.code_hash"];
    /// The places that [`reseal`] has to know, each filled by the test below.
    const SEALED: [&str; 6] = [
        "draft.content_sealed",
        "federated_authenticator.settings_sealed",
        "otp_challenge.number_sealed",
        "signing_key.private_key_sealed",
        "user_import.about_sealed",
        "user_import_row.cells_sealed",
    ];

    fn over(services: &Services, vault: Vault) -> Services {
        Services::new(Parts {
            db: services.pool(),
            clock: services.clock.clone(),
            vault,
            hasher: crate::password::Hasher::new(1).unwrap(),
            settings: settings(),
            sms: std::sync::Arc::new(RecordingTransport::default()),
            signing_keys: crate::keys::OpenedKeys::default(),
            known: Default::default(),
            time_outs: Default::default(),
        })
    }

    fn provider() -> IdentityProviderInput {
        IdentityProviderInput {
            name: "SMSOTP".into(),
            sms_url: "https://sms.example/?key={{secret:key}}&to=&num&text=&msg".into(),
            http_method: "GET".into(),
            secrets: vec![SecretRow {
                name: "key".into(),
                value: "kept-value".into(),
            }],
            ..Default::default()
        }
    }

    /// A column of bytes that is new in the schema is sealed or not: whoever adds it says so here, and in [`reseal`].
    #[tokio::test]
    async fn every_column_of_bytes_is_known() {
        let (services, ..) = services().await;
        let sql = "SELECT t.name || '.' || c.name FROM sqlite_master t, pragma_table_info(t.name) c \
                   WHERE t.type = 'table' AND (lower(c.type) LIKE '%blob%' OR c.name LIKE '%sealed%')";
        let rows = services
            .db
            .query_all_raw(Statement::from_string(DbBackend::Sqlite, sql))
            .await
            .unwrap();
        let mut found: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
        found.sort();
        let mut known: Vec<&str> = SEALED.into_iter().chain(NOT_SEALED).collect();
        known.sort_unstable();
        assert_eq!(found, known);
    }

    async fn bytes(db: &impl ConnectionTrait) -> [Vec<Vec<u8>>; 6] {
        let drafts = draft::Entity::find().all(db).await.unwrap();
        let authenticators = federated_authenticator::Entity::find().all(db).await.unwrap();
        let challenges = otp_challenge::Entity::find().all(db).await.unwrap();
        let keys = signing_key::Entity::find().all(db).await.unwrap();
        let imports = user_import::Entity::find().all(db).await.unwrap();
        let rows = user_import_row::Entity::find().all(db).await.unwrap();
        [
            drafts.into_iter().map(|row| row.content_sealed).collect(),
            authenticators.into_iter().map(|row| row.settings_sealed).collect(),
            challenges.into_iter().filter_map(|row| row.number_sealed).collect(),
            keys.into_iter().map(|row| row.private_key_sealed).collect(),
            imports.into_iter().map(|row| row.about_sealed).collect(),
            rows.into_iter().map(|row| row.cells_sealed).collect(),
        ]
    }

    #[tokio::test]
    async fn everything_sealed_opens_under_the_new_key_and_not_under_the_old() {
        let (services, _, actor) = services().await;
        let id = identity_providers::create(&services, &actor, &provider())
            .await
            .unwrap();
        let typed = Draft {
            input: "typed".to_owned(),
            problems: Problems::default(),
        };
        let draft = drafts::keep(&services, &actor, "form", &typed).await.unwrap();
        let challenge = entered_number(&services).await;
        let list = UploadInput {
            content: b"Username,Mobile\nnora,+94771234567\n".to_vec(),
            ..UploadInput::default()
        };
        let import = users::import::upload(&services, &actor, list).await.unwrap();
        let before = bytes(&services.db).await;
        let (code, name) = (
            services.vault.code_hash("flow", "123456"),
            services.vault.blind("+94771234567"),
        );

        for master in [[8; 32], [9; 32]] {
            let old = vault_now(&services).await;
            let txn = store::begin(&services.db).await.unwrap();
            let count = reseal(&txn, &*services.clock, &old, &master).await.unwrap();
            txn.commit().await.unwrap();
            assert_eq!(count, 6, "one in each place");
        }

        assert!(
            vault(&services.db, &[7; 32]).await.unwrap().is_none(),
            "the old key opens nothing"
        );
        let after = bytes(&services.db).await;
        for (place, (before, after)) in SEALED.into_iter().zip(before.iter().zip(&after)) {
            assert!(before.len() == 1 && after.len() == 1 && before != after, "{place}");
        }
        let renewed = over(&services, vault(&services.db, &[9; 32]).await.unwrap().unwrap());
        let otp = identity_providers::sms_otp(&renewed, &renewed.db, id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            otp.secrets.reveal("key", "https://sms.example").as_deref(),
            Some("kept-value")
        );
        keys::active(&renewed).await.unwrap();
        let row = otp_challenge::Entity::find_by_id(challenge).one(&renewed.db).await;
        let number = login::entered_number(&renewed, &row.unwrap().unwrap()).unwrap();
        assert_eq!(number.unwrap().as_str(), NUMBER);
        let found = drafts::find::<String>(&renewed, &actor, "form", &draft).await.unwrap();
        assert_eq!(found.unwrap().input, "typed");
        let shown = users::import::review(&renewed, &actor, &import, &ListQuery::default()).await;
        assert_eq!(shown.unwrap().rows[0].cells[0].value, "nora");
        assert_eq!(
            renewed.vault.code_hash("flow", "123456"),
            code,
            "a code on its way is good"
        );
        assert_eq!(renewed.vault.blind("+94771234567"), name, "names stay");
        assert!(identity_providers::sms_otp(&services, &services.db, id).await.is_err());
    }

    /// A sign-in in which a number was entered, whose code is on its way; the id of its challenge.
    async fn entered_number(services: &Services) -> String {
        let (now, id) = (services.clock.now(), "challenge".to_owned());
        login_flow::Model {
            id: "flow".into(),
            browser_hash: String::new(),
            continuation_kind: "saml".into(),
            continuation_id: String::new(),
            service_provider_id: None,
            application: "Wiki".into(),
            user_id: None,
            stage: String::new(),
            version: 1,
            session_id: None,
            created_at: now,
            expires_at: now,
        }
        .into_active_model()
        .insert(&services.db)
        .await
        .unwrap();
        let user = user::Entity::find().one(&services.db).await.unwrap().unwrap();
        otp_challenge::Model {
            id: id.clone(),
            flow_id: "flow".into(),
            step: 1,
            user_id: user.id,
            identity_provider_id: 1,
            masked_number: String::new(),
            wrong_codes: 0,
            wrong_codes_allowed: 5,
            sends: 1,
            next_send_at: now,
            created_at: now,
            number_sealed: Some(login::seal_entered_number(services, &id, &E164::new(NUMBER).unwrap()).unwrap()),
        }
        .into_active_model()
        .insert(&services.db)
        .await
        .unwrap();
        id
    }

    /// The vault that the store goes with now, whichever of the test's keys that is.
    async fn vault_now(services: &Services) -> Vault {
        for master in [[7; 32], [8; 32]] {
            if let Some(vault) = vault(&services.db, &master).await.unwrap() {
                return vault;
            }
        }
        panic!("no key fits")
    }

    #[tokio::test]
    async fn what_does_not_open_keeps_everything_as_it_is() {
        let (services, _, actor) = services().await;
        identity_providers::create(&services, &actor, &provider())
            .await
            .unwrap();
        let before = bytes(&services.db).await;
        let wrong = Vault::new(&[1; 32]).unwrap();
        let txn = store::begin(&services.db).await.unwrap();
        assert!(reseal(&txn, &*services.clock, &wrong, &[9; 32]).await.is_err());
        txn.rollback().await.unwrap();
        assert_eq!(bytes(&services.db).await, before);
        assert!(vault(&services.db, &[7; 32]).await.unwrap().is_some());
    }
}
