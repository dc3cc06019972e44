"""Runs in `odoo shell` while live_odoo.sh makes its template: the people that Odoo's demo data lacks, for tests of access rights."""

users = env["res.users"].with_context(no_reset_password=True)  # no invitation mail
main = env.ref("base.main_company")
second = env["res.company"].create({"name": "Second Company", "currency_id": main.currency_id.id})
env.ref("base.user_admin").company_ids |= second


def add(login, company, group):
    """An internal user whose password is the login, in one company, with one group (and what that group implies)."""
    users.create({
        "name": login.capitalize() + " User",
        "login": login,
        "password": login,
        "email": login + "@example.com",
        "company_id": company.id,
        "company_ids": [(6, 0, company.ids)],
        "groups_id": [(6, 0, env.ref(group).ids)],
    })


add("limited", main, "base.group_user")
add("second", second, "sales_team.group_sale_salesman")  # sees only its own documents
env.cr.commit()
