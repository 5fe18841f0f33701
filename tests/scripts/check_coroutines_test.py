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

PARTS = """
awaitable<void> send_item(Client& client, const Item& item);
awaitable<void> send_value(Client& client, Item item);
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

    def faults_of(self, text, path="src/net/sample.cpp"):
        """As faults(), with declarations of coroutines and a file of its own."""
        self.write("src/net/parts.hpp", PARTS)
        self.write(path, text)
        result = run("check-coroutines", "--root", self.root)
        return result.stdout.splitlines()[:-1]

    def assert_reference(self, *texts):
        for text in texts:
            faults = self.faults_of(text)
            self.assertEqual(len(faults), 1, (text, faults))
            self.assertIn(": reference:", faults[0])

    def assert_no_fault(self, *texts):
        for text in texts:
            self.assertEqual(self.faults_of(text), [], text)

    def test_finds_parameters_that_do_not_own_what_they_show(self):
        for parameter in ("std::string_view name", "std::span<const std::byte> bytes", "Url&& url"):
            faults = self.faults_of(f"awaitable<int> send(Client& client, {parameter});")
            self.assertEqual(len(faults), 1, (parameter, faults))
            self.assertIn(": view:", faults[0])
        self.assert_no_fault("awaitable<int> send(Client& client, Url url, const Item& item);",
                             "void note(std::string_view name);",
                             "std::vector<awaitable<void>> tasks(std::string_view a);")

    def test_passes_references_where_the_caller_awaits_in_the_same_expression(self):
        self.assert_no_fault("awaitable<void> f() { co_await send_item(client, Item{}); }",
                             "awaitable<int> f() { co_return co_await send_item(client, make() + 1); }",
                             "awaitable<void> f() { co_await with_limit(send_item(client, Item{}), 5s); }")

    def test_finds_temporaries_given_to_a_coroutine_that_is_awaited_later(self):
        self.assert_reference("void f() { tasks.push_back(send_item(client, Item{a})); }",
                              "void f() { auto task = send_item(client, \"name\"); }",
                              "void f() { auto task = send_item(client, a + b); }",
                              "awaitable<void> f() { return send_item(client, std::string(a)); }")

    def test_passes_what_is_moved_copied_or_there_before(self):
        self.assert_no_fault("void f() { tasks.push_back(send_value(client, Item{a})); }",
                             "void f() { Item item; tasks.push_back(send_item(client, item)); }",
                             "void f() { auto task = send_item(client_, item_); }",
                             "void f() { auto task = send_item(*this, item); }")

    def test_finds_a_returned_coroutine_that_refers_to_what_the_function_owns(self):
        self.assert_reference("awaitable<void> f(Client& c, Item item) { return send_item(c, item); }",
                              "awaitable<void> f(Client& c) { Item item; return send_item(c, item); }",
                              "awaitable<void> f(Client& c) { if (a) { const Item item = make(); "
                              "return send_item(c, item); } }")

    def test_passes_a_returned_coroutine_that_refers_to_what_its_caller_owns(self):
        self.assert_no_fault("awaitable<void> f(Client& c, const Item& item) { return send_item(c, item); }",
                             "awaitable<void> f(Client& c, Item i) { return send_value(c, std::move(i)); }",
                             "awaitable<void> f() { return send_item(client_, item_); }",
                             "int f(Item item) { return run(send_item(client, item)); }")

    def test_passes_a_lambda_that_refers_to_locals_of_the_coroutine_which_awaits_it(self):
        self.assert_no_fault("awaitable<void> f() { Item item; "
                             "auto work = [&](Client& c) { return send_item(c, item); }; "
                             "co_await each(std::move(work)); }")

    def test_finds_references_to_what_belongs_to_one_turn_of_a_loop(self):
        self.assert_reference("void f() { for (auto& c : all) { const Item item = make(c); "
                              "tasks.push_back(send_item(c, item)); } }",
                              "void f() { for (Item item : all) { tasks.push_back(send_item(c, item)); } }")
        self.assert_no_fault(
            "void f() { for (const Item& item : all) { tasks.push_back(send_item(c, item)); } }",
            "awaitable<void> f() { while (a) { Item item; auto task = send_item(c, item); "
            "co_await std::move(task); } }")

    def test_overlooks_names_that_other_functions_have_too(self):
        self.assert_no_fault("int send_item(int a, int b); void f() { send_item(client, Item{a}); }")

    def test_tests_may_run_a_coroutine_in_one_expression(self):
        self.assertEqual(self.faults_of("void f() { auto a = send_item(client, Item{a}); }",
                                        "tests/net/sample_test.cpp"), [])

    def test_a_subscript_of_a_subscript_ends_two_brackets(self):
        self.assert_fine("co_await run(names[places[i]]);\n}\nvoid g() {\nrun([name] { f(name); });")

    def test_reads_past_comments_strings_and_directives(self):
        self.assert_fine('// co_await f([x] {});', '/* co_await f(Request{a}); */',
                         'log("co_await f([x] {})");', "co_await f('{', \"}\", 1'000);",
                         'co_await f(R"x({ "[a] {" )x");', "#define A co_await f([x] { })")

    def test_statements_end_where_the_language_ends_them(self):
        self.assert_fine("auto job = [tar] { f(tar); };\nif (x) {\n  co_await g(job);\n}")
        self.assert_fault("lambda", "if (x) {\n  f();\n}\nco_await g([tar] { f(tar); });", line=5)


if __name__ == "__main__":
    unittest.main()
