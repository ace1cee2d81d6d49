async def work():
    print("never")


kept = work()
