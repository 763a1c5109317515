//! IndexedDB: bytes under text keys, in transactions that are on the disk once they are said to be. The only file that knows it.
//!
//! Invariant: within [`Database::change`] nothing but the transaction's own requests is awaited, since any other wait would let
//! the browser commit it half done.

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomException, IdbDatabase, IdbFactory, IdbOpenDbRequest, IdbRequest, IdbTransaction, IdbVersionChangeEvent};

/// Why the browser did not keep or give something.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// The browser has no storage for this page: switched off, or a private window.
    Absent,
    /// A newer version of the page has rearranged the storage.
    Newer,
    /// No room is left.
    Full,
    /// The connection was closed under the page.
    Closed,
    /// Anything else, in the browser's words.
    Other(String),
}

impl Failure {
    fn of(error: &JsValue) -> Failure {
        let Some(exception) = error.dyn_ref::<DomException>() else { return Failure::Other(format!("{error:?}")) };
        match exception.name().as_str() {
            "QuotaExceededError" => Failure::Full,
            "VersionError" => Failure::Newer,
            "SecurityError" | "NotAllowedError" => Failure::Absent,
            "InvalidStateError" => Failure::Closed,
            name => Failure::Other(format!("{name}: {}", exception.message())),
        }
    }

    fn of_request(request: &IdbRequest) -> Failure {
        request.error().ok().flatten().map_or(Failure::Closed, |error| Failure::of(&error))
    }
}

/// What is stored under a key.
#[derive(Clone, Debug)]
pub enum Stored {
    /// Bytes.
    Bytes(Vec<u8>),
    /// What this page never stores, as text.
    Foreign(String),
}

impl Stored {
    fn of(value: &JsValue) -> Option<Stored> {
        if value.is_undefined() {
            return None;
        }
        if let Some(bytes) = value.dyn_ref::<Uint8Array>() {
            return Some(Stored::Bytes(bytes.to_vec()));
        }
        let text = js_sys::JSON::stringify(value).ok().and_then(|text| text.as_string());
        Some(Stored::Foreign(text.or_else(|| value.as_string()).unwrap_or_else(|| format!("{value:?}"))))
    }

    /// The bytes; of something foreign, its text.
    pub fn bytes(self) -> Vec<u8> {
        match self {
            Stored::Bytes(bytes) => bytes,
            Stored::Foreign(text) => text.into_bytes(),
        }
    }
}

/// An open database.
#[derive(Clone)]
pub struct Database {
    database: IdbDatabase,
}

/// Opens a database and makes its stores. `on_close` hears when the connection ends without being asked to: with `true` when a
/// newer version of the page takes the database over, with `false` when it was deleted or the browser closed it.
///
/// # Errors
/// Why there is none.
pub async fn open(
    name: &str,
    version: u32,
    stores: &'static [&'static str],
    on_close: impl Fn(bool) + 'static,
) -> Result<Database, Failure> {
    let request = factory()?.open_with_u32(name, version).map_err(|error| Failure::of(&error))?;
    let upgrading: IdbOpenDbRequest = request.clone();
    let on_upgrade = Closure::<dyn FnMut()>::new(move || {
        let Some(database) = upgrading.result().ok().and_then(|result| result.dyn_into::<IdbDatabase>().ok()) else { return };
        for store in stores {
            // Refused only where the store is there already.
            let _ = database.create_object_store(store);
        }
    });
    request.set_onupgradeneeded(Some(on_upgrade.as_ref().unchecked_ref()));
    let database: IdbDatabase = answer(&request).await?.dyn_into().map_err(|_| Failure::Closed)?;
    let closing = database.clone();
    let on_close = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
        closing.close();
        on_close(event.dyn_ref::<IdbVersionChangeEvent>().is_some_and(|event| event.new_version().is_some()));
    });
    database.set_onversionchange(Some(on_close.as_ref().unchecked_ref()));
    database.set_onclose(Some(on_close.as_ref().unchecked_ref()));
    // The listener lives as long as the connection.
    on_close.forget();
    Ok(Database { database })
}

/// Deletes a database with everything in it.
///
/// # Errors
/// Why it is still there.
pub async fn delete(name: &str) -> Result<(), Failure> {
    let request = factory()?.delete_database(name).map_err(|error| Failure::of(&error))?;
    answer(&request).await.map(|_| ())
}

fn factory() -> Result<IdbFactory, Failure> {
    web_sys::window().and_then(|window| window.indexed_db().ok().flatten()).ok_or(Failure::Absent)
}

/// The result of a request.
async fn answer(request: &IdbRequest) -> Result<JsValue, Failure> {
    let promise = Promise::new(&mut |resolve: Function, reject: Function| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    match JsFuture::from(promise).await {
        Ok(_) => request.result().map_err(|error| Failure::of(&error)),
        Err(_) => Err(Failure::of_request(request)),
    }
}

impl Database {
    /// Ends the connection.
    pub fn close(&self) {
        self.database.close();
    }

    /// The keys of a store, in order.
    ///
    /// # Errors
    /// Why they cannot be read.
    pub async fn keys(&self, store: &str) -> Result<Vec<String>, Failure> {
        let transaction = self.begin(&[store], "readonly")?;
        let request = transaction.store(store)?.get_all_keys().map_err(|error| Failure::of(&error))?;
        let keys = Array::from(&answer(&request).await?);
        Ok(keys.iter().filter_map(|key| key.as_string()).collect())
    }

    /// What is stored under these keys, at one instant.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub async fn read(&self, store: &str, keys: &[String]) -> Result<Vec<Option<Stored>>, Failure> {
        let transaction = self.begin(&[store], "readonly")?;
        let mut found = Vec::with_capacity(keys.len());
        for key in keys {
            found.push(transaction.get(store, key).await?);
        }
        Ok(found)
    }

    /// Does some changes or none of them, and returns once they are on the disk.
    ///
    /// # Errors
    /// Why they were not made.
    pub async fn change<T>(&self, stores: &[&str], work: impl AsyncFnOnce(&Transaction) -> Result<T, Failure>) -> Result<T, Failure> {
        let transaction = self.begin(stores, "readwrite")?;
        let done = JsFuture::from(Promise::new(&mut |resolve: Function, reject: Function| {
            transaction.transaction.set_oncomplete(Some(&resolve));
            transaction.transaction.set_onabort(Some(&reject));
        }));
        let result = work(&transaction).await;
        if result.is_err() {
            // Refused only for one that has ended already.
            let _ = transaction.transaction.abort();
        }
        match (done.await, result) {
            (_, Err(failure)) => Err(failure),
            (Ok(_), Ok(value)) => Ok(value),
            (Err(_), Ok(_)) => Err(transaction.transaction.error().map_or(Failure::Closed, |error| Failure::of(&error))),
        }
    }

    /// Begins a transaction; a writing one waits for the disk, not only for the operating system.
    fn begin(&self, stores: &[&str], mode: &str) -> Result<Transaction, Failure> {
        let names: Array = stores.iter().map(|store| JsValue::from_str(store)).collect();
        let options = Object::new();
        let begin = || {
            // Through reflection, since the binding of `durability` is not stable.
            Reflect::set(&options, &"durability".into(), &"strict".into())?;
            let begin: Function = Reflect::get(&self.database, &"transaction".into())?.dyn_into()?;
            begin.call3(&self.database, &names, &mode.into(), &options)
        };
        let transaction = begin().map_err(|error| Failure::of(&error))?;
        Ok(Transaction { transaction: transaction.unchecked_into() })
    }
}

/// Changes under way.
pub struct Transaction {
    transaction: IdbTransaction,
}

impl Transaction {
    fn store(&self, name: &str) -> Result<web_sys::IdbObjectStore, Failure> {
        self.transaction.object_store(name).map_err(|error| Failure::of(&error))
    }

    /// What is stored under a key.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub async fn get(&self, store: &str, key: &str) -> Result<Option<Stored>, Failure> {
        let request = self.store(store)?.get(&key.into()).map_err(|error| Failure::of(&error))?;
        Ok(Stored::of(&answer(&request).await?))
    }

    /// Stores bytes under a key.
    ///
    /// # Errors
    /// Why they were not stored.
    pub async fn put(&self, store: &str, key: &str, bytes: &[u8]) -> Result<(), Failure> {
        let value = Uint8Array::from(bytes);
        let request = self.store(store)?.put_with_key(&value, &key.into()).map_err(|error| Failure::of(&error))?;
        answer(&request).await.map(|_| ())
    }

    /// Removes what is stored under a key.
    ///
    /// # Errors
    /// Why it is still there.
    pub async fn remove(&self, store: &str, key: &str) -> Result<(), Failure> {
        let request = self.store(store)?.delete(&key.into()).map_err(|error| Failure::of(&error))?;
        answer(&request).await.map(|_| ())
    }
}
