//! Prefixes of routes: `app.use("/api", router)` of Express, `include_router(users.router, prefix="/api")` and
//! `APIRouter(prefix="/users")` of FastAPI. A router may be in another file than its prefix.

use super::routes::{SourceFile, after_each, quoted};

/// Where a router is mounted.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Mount {
    prefix: String,
    /// The variable of the router in the file that mounts it.
    name: String,
    /// The path of that file.
    file: String,
    /// The file that the router is imported from, without folders and its end.
    module: Option<String>,
}

/// All mounts with a prefix.
pub(super) fn mounts(sources: &[SourceFile]) -> Vec<Mount> {
    let mut mounts = Vec::new();
    for source in sources {
        let uses = after_each(&source.text, ".use(").into_iter().filter_map(|(_, after)| {
            let prefix = quoted(after)?;
            let (_, router) = after.split_once(',')?;
            Some((prefix, router.trim_start()))
        });
        let includes = after_each(&source.text, "include_router(").into_iter();
        let includes = includes.filter_map(|(_, after)| Some((prefix_argument(after)?, after)));
        mounts.extend(uses.chain(includes).map(|(prefix, router)| mount(source, prefix, router)));
    }
    mounts
}

fn mount(source: &SourceFile, prefix: &str, router: &str) -> Mount {
    let end =
        router.find(|c: char| !c.is_alphanumeric() && !"_.$".contains(c)).unwrap_or(router.len());
    let name = &router[..end];
    let module = match router.strip_prefix("require(").and_then(quoted) {
        Some(path) => Some(stem(path)),
        None => name
            .split_once('.')
            .map(|(module, _)| module.to_owned())
            .or_else(|| imported(&source.text, name)),
    };
    Mount {
        prefix: prefix.trim_end_matches('/').to_owned(),
        name: name.to_owned(),
        file: source.path.clone(),
        module,
    }
}

/// The module from which a name is imported.
fn imported(text: &str, name: &str) -> Option<String> {
    let has_name = |line: &&str| {
        line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
    };
    text.lines().filter(has_name).find_map(|line| {
        let line = line.trim_start();
        if let Some((module, _)) =
            line.strip_prefix("from ").and_then(|rest| rest.split_once(" import "))
        {
            return module.rsplit('.').next().map(str::to_owned);
        }
        let path = line.split_once(" from ").or_else(|| line.split_once("require("));
        path.and_then(|(_, path)| quoted(path)).map(stem)
    })
}

/// The last part of a path without its end; the folder of an `index` file.
fn stem(path: &str) -> String {
    let path = path.trim_end_matches("/__init__.py").trim_end_matches('/');
    let mut parts = path.rsplit('/');
    let last = parts.next().unwrap_or_default();
    let name = last.split_once('.').map_or(last, |(name, _)| name);
    match name {
        "index" => parts.next().unwrap_or(name).to_owned(),
        name => name.to_owned(),
    }
}

/// `prefix="/api"` among the arguments of a call.
fn prefix_argument(after: &str) -> Option<&str> {
    let arguments = after.split(')').next()?;
    let (_, value) = arguments.split_once("prefix")?;
    quoted(value.trim_start().strip_prefix('=')?)
}

/// What precedes the paths of a router in a file. `receiver` is its variable there.
pub(super) fn prefix_of(mounts: &[Mount], source: &SourceFile, receiver: &str) -> String {
    let here = mounts.iter().find(|mount| {
        mount.file == source.path && mount.name == receiver && mount.module.is_none()
    });
    let is_router = source.text.lines().filter(|line| line.contains("Router(")).any(|line| {
        let name = line.split(['=', ':']).next().unwrap_or_default();
        name.split_whitespace().last() == Some(receiver)
    });
    let module = stem(&source.path);
    let elsewhere = mounts.iter().filter(|_| is_router);
    let mut elsewhere = elsewhere
        .filter(|mount| mount.file != source.path && mount.module.as_ref() == Some(&module));
    let outer = here.or_else(|| elsewhere.next()).map(|mount| mount.prefix.as_str());
    let own = after_each(&source.text, &format!("{receiver} = APIRouter("));
    let own = own.first().and_then(|(_, after)| prefix_argument(after));
    outer.into_iter().chain(own).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is(sources: &[(&str, &str)], file: usize, receiver: &str, prefix: &str) {
        let source = |(path, text): &(&str, &str)| SourceFile {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        };
        let sources: Vec<_> = sources.iter().map(source).collect();
        assert_eq!(prefix_of(&mounts(&sources), &sources[file], receiver), prefix);
    }

    #[test]
    fn a_router_has_the_prefix_of_its_mount() {
        let one = "const app = express();\nconst api = express.Router();\napp.use('/api', api);";
        is(&[("index.js", one)], 0, "api", "/api");
        is(&[("index.js", one)], 0, "app", "");
        let router = "const router = Router();\nexport default router;";
        let app = "import users from './routes/users.js';\napp.use(\"/users/\", users);";
        is(&[("src/app.ts", app), ("src/routes/users.ts", router)], 1, "router", "/users");
        is(&[("src/app.ts", app), ("src/routes/things.ts", router)], 1, "router", "");
        let app = "app.use('/orders', require('./orders'));";
        is(&[("app.js", app), ("orders/index.js", router)], 1, "router", "/orders");
    }

    #[test]
    fn a_router_of_fastapi_has_the_prefixes_of_both_calls() {
        let users = "router = APIRouter(prefix=\"/users\", tags=[\"users\"])";
        let app = "from .routers import users\napp.include_router(users.router, prefix='/api')";
        let files = [("shop/main.py", app), ("shop/routers/users.py", users)];
        is(&files, 1, "router", "/api/users");
        let app =
            "from shop.routers.users import router as them\napp.include_router(them, prefix='/v1')";
        is(&[("main.py", app), files[1]], 1, "router", "/v1/users");
        is(&[("main.py", "app.include_router(them)"), files[1]], 1, "router", "/users");
    }
}
