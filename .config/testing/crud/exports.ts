import { defineSystem } from 'shardproof';
import { fieldModel } from 'shardproof/fields';
import { startWorker } from 'shardproof/local';

console.log(defineSystem.name, startWorker.name, fieldModel.name);
