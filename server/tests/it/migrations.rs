//! The store's history goes back as it came.

use ::migrations::{Migrator, MigratorTrait};

use crate::harness::TestApp;
use crate::stores::on_both_stores;

async fn every_migration_can_be_taken_back(app: &TestApp) {
    let db = &app.store.db;
    let all = Migrator::get_applied_migrations(db).await.unwrap().len();
    assert_eq!(all, Migrator::migrations().len());
    // One by one, with the rows that a new store has.
    for left in (0..all).rev() {
        Migrator::down(db, Some(1)).await.unwrap();
        assert_eq!(Migrator::get_applied_migrations(db).await.unwrap().len(), left);
    }
    Migrator::up(db, None).await.unwrap();
    assert!(Migrator::get_pending_migrations(db).await.unwrap().is_empty());
}

on_both_stores!(every_migration_can_be_taken_back);
