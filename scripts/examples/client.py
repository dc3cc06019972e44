"""Asks Odoo through odoo-mcp with the official Python client: pip install mcp

    python client.py odoo-mcp demo --serve      the demo company
    python client.py odoo-mcp                   your Odoo, from ODOO_URL, ODOO_DB, ODOO_USERNAME, ODOO_API_KEY
"""

import asyncio
import os
import sys

from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client


async def main(command: str, *args: str) -> None:
    # The client passes on only a few variables by itself.
    server = StdioServerParameters(command=command, args=list(args), env=dict(os.environ))
    async with Client(stdio_client(server)) as odoo:
        print(f"{len((await odoo.list_tools()).tools)} tools")
        answer = await odoo.call_tool(
            "analytics_query",
            {
                "model": "sale.order",
                "group_by": ["partner_id"],
                "measures": ["amount_untaxed:sum"],
                "where": [{"field": "state", "op": "=", "value": "sale"}],
                "order": "amount_untaxed:sum desc",
                "limit": 3,
            },
        )
        # An error is an answer too: code, message and hint as JSON in its text.
        if answer.is_error:
            sys.exit(answer.content[0].text)
        print("Best customers:")
        print(answer.content[0].text)


asyncio.run(main(*sys.argv[1:]))
