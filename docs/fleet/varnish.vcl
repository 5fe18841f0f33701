# A cache before a mirror of your own, as Varnish speaks no TLS to servers: as /etc/varnish/rust.vcl.
# varnishd -a :6081 -f /etc/varnish/rust.vcl -s file,/var/lib/varnish/rust,100g
# A machine takes from it with RUSTUP_DIST_SERVER=http://rust-cache.internal:6081

vcl 4.1;

backend mirror {
    .host = "rust-mirror.internal";
    .port = "80";
    .first_byte_timeout = 60s;
    .between_bytes_timeout = 60s;
}

sub vcl_recv {
    if (req.method != "GET" && req.method != "HEAD") {
        return (synth(405));
    }
    # Nothing but the path decides what is answered.
    unset req.http.Cookie;
    unset req.http.Authorization;
    unset req.http.Accept-Encoding;
    set req.http.Host = "rust-mirror.internal";
    return (hash);
}

sub vcl_backend_response {
    unset beresp.http.Set-Cookie;
    unset beresp.http.Vary;
    set beresp.do_gzip = false;
    set beresp.do_gunzip = false;
    if (beresp.status == 200 && bereq.url ~ "^/dist/\d\d\d\d-\d\d-\d\d/") {
        # What has a date in its path never changes.
        set beresp.ttl = 90d;
    } elsif (beresp.status == 200 || beresp.status == 404) {
        # A manifest and its hash must be of one release.
        set beresp.ttl = 1s;
        set beresp.keep = 1h;
    } else {
        set beresp.uncacheable = true;
        set beresp.ttl = 0s;
    }
    set beresp.grace = 0s;
    return (deliver);
}
