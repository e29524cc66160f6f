{
// After all routes: a layer does not apply to routes that are added later.
let app = app.layer(
    CorsLayer::new()
        .allow_origin(AllowOrigin::list([HeaderValue::from_static("https://app.my-company.com"), HeaderValue::from_static("https://admin.my-company.com")]))
        .allow_methods([Method::GET, Method::PUT])
        .allow_headers([HeaderName::from_static("content-type"), HeaderName::from_static("x-request-id")])
        .expose_headers([HeaderName::from_static("etag")])
        .allow_credentials(true)
        .max_age(Duration::from_secs(600)),
);
app
}
