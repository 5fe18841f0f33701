import unittest

from harness.scripts import TempTree, run

TYPES = """
namespace a {
enum class Mode { shared, exclusive };
struct Request { std::string url; int tries = 1; };
struct Pair { int a; unsigned b; Mode mode; };
struct Deep { Pair pair; Request request; };
struct Options { std::string agent = f("x"); };
struct Hook { std::function<void()> call; };
struct Named { explicit Named(std::string name); std::string name; };
class Digest { public: Digest(); private: std::array<unsigned char, 32> bytes_; };
}
"""


class CheckCoroutines(TempTree):
    def faults(self, body, path="src/net/sample.cpp"):
        self.write("include/latchkey/net/types.hpp", TYPES)
        self.write(path, "awaitable<void> sample() {\n" + body + "\n}\n")
        result = run("check-coroutines", "--root", self.root)
        lines = result.stdout.splitlines()[:-1]
        self.assertEqual(result.returncode, 1 if lines else 0, result.stderr)
        return lines

    def assert_fault(self, kind, body, line=2):
        faults = self.faults(body)
        self.assertEqual(len(faults), 1, (body, faults))
        self.assertIn(f"sample.cpp:{line}: {kind}:", faults[0])

    def assert_fine(self, *bodies):
        for body in bodies:
            self.assertEqual(self.faults(body), [], body)

    def test_finds_lambdas_that_own_what_they_capture(self):
        for captures in ("tar", "t = std::move(tar)", "this, name", "=", "&x, name"):
            self.assert_fault(
                "lambda", f"const Tree t = co_await offload(workers, [{captures}](On on) {{ f(on); }});")

    def test_finds_such_a_lambda_inside_a_function_object(self):
        self.assert_fault("lambda", "co_await run(std::function<void()>([name] { f(name); }));")

    def test_finds_such_a_lambda_in_a_condition_that_awaits(self):
        self.assert_fault("lambda", "if (co_await run([name] { f(name); })) {\n  g();\n}")

    def test_passes_lambdas_that_own_nothing(self):
        self.assert_fine("co_await run([&x](On on) { f(on, x); });",
                         "co_await run([this] { f(); });",
                         "co_await run([&] { f(); });",
                         "co_await run([] { f(); });",
                         "co_await run([&x = y] { f(x); });")

    def test_passes_a_lambda_that_has_a_name(self):
        self.assert_fine("auto job = [tar](On on) { return f(on, tar); };\n"
                         "const Tree good = co_await offload(workers, std::move(job));")

    def test_a_subscript_is_no_lambda(self):
        self.assert_fine("co_await run(names[i]);", "co_await run(f()[i]);",
                         "[[maybe_unused]] auto a = co_await run(x);")

    def test_finds_aggregates_that_own_something(self):
        for value in ("Request{url, 2}", "net::Request{url}", "Deep{}", "Options{}", "Hook{f}", "std::array{a, b}",
                      "{.url = url}", "std::array<std::string, 2>{a, b}"):
            self.assert_fault("aggregate", f"co_await send({value});")

    def test_finds_an_aggregate_that_is_filled_by_awaiting(self):
        # Even when it has a name: g++ 12 destroys its members twice all the same.
        for statement in ("const Request r{co_await f(), 2};", "Request r = {co_await f()};",
                          "const Request r{.url = co_await f()};", "r = {co_await f()};",
                          "send(Request{co_await f()});"):
            self.assert_fault("aggregate", statement)

    def test_passes_what_has_a_constructor_or_owns_nothing(self):
        self.assert_fine("co_await send(Named{name});", "co_await send(Digest{});",
                         "co_await send(Pair{1, 2, Mode::shared});",
                         "co_await send(std::chrono::seconds{5});",
                         "co_await send(std::string{name});",
                         "const std::string s{co_await f()};")

    def test_passes_an_aggregate_that_has_a_name(self):
        self.assert_fine("const Request request{url, 2};\nco_await send(request);",
                         "Request request;\nrequest.url = co_await f();")

    def test_passes_other_statements_of_a_coroutine(self):
        self.assert_fine("x = co_await f();", "auto [a, b] = co_await f();",
                         "v.push_back(co_await f());", "for (const auto& p : all) {\n  co_await f(p);\n}",
                         "if (x) { co_await f(); } else { co_await g(); }",
                         "const auto y = c ? a : b;\nco_await f(y);",
                         "switch (x) {\ncase 1: co_await f();\ndefault: co_await g();\n}")

    def test_finds_a_condition_with_an_await_in_a_branch(self):
        self.assert_fault("condition", "const Tree t = c ? co_await f() : co_await g();")
        self.assert_fault("condition", "use(c ? a : co_await g());")

    def test_passes_a_condition_whose_test_awaits(self):
        self.assert_fine("const int t = co_await f() ? 1 : 2;", "use(c ? 1 : 2, co_await f());")

    def test_finds_a_coroutine_that_is_a_lambda_with_captures(self):
        self.assert_fault("captures", "auto f = [&x]() -> awaitable<void> { co_return; };")
        self.assert_fine("auto f = []() -> awaitable<void> { co_return; };")

    def test_tests_may_write_coroutines_as_lambdas(self):
        body = "auto f = [&x]() -> awaitable<void> { co_await g(x); };"
        self.assertEqual(self.faults(body, "tests/net/sample.cpp"), [])

    def test_finds_an_aggregate_as_default_argument(self):
        for default in ("Request r = {}", "Request r = Request{}"):
            self.write("include/latchkey/net/client.hpp", f"awaitable<void> send(int a, {default});\n")
            faults = self.faults("co_await send(1);")
            self.assertEqual(len(faults), 1, faults)
            self.assertIn("client.hpp:1: default:", faults[0])

    def test_reads_past_comments_strings_and_directives(self):
        self.assert_fine('// co_await f([x] {});', '/* co_await f(Request{a}); */',
                         'log("co_await f([x] {})");', "co_await f('{', \"}\", 1'000);",
                         'co_await f(R"x({ "[a] {" )x");', "#define A co_await f([x] { })")

    def test_statements_end_where_the_language_ends_them(self):
        self.assert_fine("auto job = [tar] { f(tar); };\nif (x) {\n  co_await g(job);\n}")
        self.assert_fault("lambda", "if (x) {\n  f();\n}\nco_await g([tar] { f(tar); });", line=5)


if __name__ == "__main__":
    unittest.main()
