"""Moto's DynamoDB, asked for items of the payload's sizes: the nearest thing that it has."""

import json
from typing import Any

from bench.messages import Message, ask
from bench.payload import CREATE, JOB, PAGE, Payload

TABLE = "jobs"
CREDENTIAL = "AKIAEXAMPLE/20260105/us-east-1/dynamodb/aws4_request"
HEADERS = {
    "Content-Type": "application/x-amz-json-1.0",
    "Authorization": f"AWS4-HMAC-SHA256 Credential={CREDENTIAL}, SignedHeaders=host, Signature=0",
}
KEYS = (("account", "HASH"), ("id", "RANGE"))


def call(operation: str, content: dict[str, Any]) -> Message:
    target = {"X-Amz-Target": f"DynamoDB_20120810.{operation}"}
    return Message("POST", "/", {**HEADERS, **target}, json.dumps(content).encode())


def item(account: str, number: int, body: str) -> dict[str, Any]:
    return {"account": {"S": account}, "id": {"S": str(number)}, "body": {"S": body}}


READY = call("ListTables", {})


def messages(payload: Payload) -> dict[str, Message]:
    key = {name: value for name, value in item("reader", 1, "").items() if name != "body"}
    query = {
        "TableName": TABLE,
        "KeyConditionExpression": "account = :account",
        "ExpressionAttributeValues": {":account": {"S": "reader"}},
        "Limit": 20,
    }
    new = item("writer", 1, payload.asked.decode())
    return {
        JOB: call("GetItem", {"TableName": TABLE, "Key": key}),
        PAGE: call("Query", query),
        CREATE: call("PutItem", {"TableName": TABLE, "Item": new}),
    }


def fill(port: int, payload: Payload) -> None:
    """The table, and twenty items in it."""
    table = {
        "TableName": TABLE,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": k, "AttributeType": "S"} for k, _ in KEYS],
        "KeySchema": [{"AttributeName": k, "KeyType": kind} for k, kind in KEYS],
    }
    ask(port, call("CreateTable", table))
    for number in range(20):
        new = item("reader", number, payload.job.decode())
        ask(port, call("PutItem", {"TableName": TABLE, "Item": new}))
